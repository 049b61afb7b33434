import java.util.ArrayList;
import java.util.List;

/** TOPK: the k greatest values, greatest first, equal ones in the order they came; of more columns structs of them. */
public class TopK extends Aggregate {
  public Object initial() {
    return new ArrayList();
  }

  public Object add(Object state, Object[] arguments) {
    return arguments[0] == null ? state : inserted((List) state, element(arguments));
  }

  public Object merge(Object earlier, Object later) {
    List merged = (List) earlier;
    for (Object element : (List) later) {
      merged = inserted(merged, element);
    }
    return merged;
  }

  /** A TOPKDISTINCT does without what is there. */
  protected boolean leavesOut(List top, Object element) {
    return false;
  }

  private List inserted(List top, Object element) {
    if (leavesOut(top, element)) {
      return top;
    }
    List more = new ArrayList(top);
    int at = 0;
    while (at < more.size() && sort(more.get(at)).compareTo(sort(element)) >= 0) {
      at++;
    }
    more.add(at, element);
    int k = ((Integer) fixed[fixed.length - 1]).intValue();
    return more.size() > k ? new ArrayList(more.subList(0, k)) : more;
  }

  private Object element(Object[] arguments) {
    Type one = state.parts[0];
    if (arguments.length == 2) {
      return arguments[0];
    }
    Struct struct = new Struct();
    for (int i = 0; i < one.names.length; i++) {
      struct.put(one.names[i], arguments[i]);
    }
    return struct;
  }

  private static Comparable sort(Object element) {
    return (Comparable) (element instanceof Struct ? ((Struct) element).get("sort_col") : element);
  }
}
