import java.util.ArrayList;
import java.util.List;

/** COLLECT_LIST: all values as they come, up to a limit. */
public class CollectList extends Aggregate {
  private final int limit;

  public CollectList(String limit) {
    this.limit = Integer.parseInt(limit);
  }

  public Object initial() {
    return new ArrayList();
  }

  public Object add(Object state, Object[] arguments) {
    return with((List) state, arguments[0]);
  }

  public Object remove(Object state, Object[] arguments) {
    List less = new ArrayList((List) state);
    int last = less.lastIndexOf(arguments[0]);
    if (last >= 0) {
      less.remove(last);
    }
    return less;
  }

  public Object merge(Object earlier, Object later) {
    List merged = (List) earlier;
    for (Object value : (List) later) {
      merged = with(merged, value);
    }
    return merged;
  }

  protected boolean takes(List collected, Object value) {
    return true;
  }

  private List with(List collected, Object value) {
    if (collected.size() >= limit || !takes(collected, value)) {
      return collected;
    }
    List more = new ArrayList(collected);
    more.add(value);
    return more;
  }
}
