import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** COUNT_DISTINCT: keeps the different values and counts them. */
public final class CountDistinct extends Aggregate {
  public Object initial() {
    return new ArrayList();
  }

  public Object add(Object state, Object[] arguments) {
    List values = (List) state;
    if (arguments[0] == null || values.contains(arguments[0])) {
      return values;
    }
    List more = new ArrayList(values);
    more.add(arguments[0]);
    return more;
  }

  public Object merge(Object earlier, Object later) {
    Set all = new LinkedHashSet((List) earlier);
    all.addAll((List) later);
    return new ArrayList(all);
  }

  public Object result(Object state) {
    return Long.valueOf(((List) state).size());
  }
}
