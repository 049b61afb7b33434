import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The first or last value, or n of them, each with a number that says which came first. */
public abstract class ByOffset extends Aggregate {
  // Numbers go on growing after a restart: they begin at the time.
  private static final AtomicLong NEXT = new AtomicLong(System.currentTimeMillis() * 1000000L);
  private final boolean latest;

  protected ByOffset(boolean latest) {
    this.latest = latest;
  }

  public Object initial() {
    return many() ? new ArrayList() : null;
  }

  public Object add(Object state, Object[] arguments) {
    if (arguments[0] == null && skipsNulls()) {
      return state;
    }
    Struct one = Struct.of(new Object[] {"SEQ", Long.valueOf(NEXT.getAndIncrement()), "VAL", arguments[0]});
    return many() ? (Object) kept((List) state, Collections.singletonList(one)) : chosen((Struct) state, one);
  }

  public Object merge(Object earlier, Object later) {
    return many() ? (Object) kept((List) earlier, (List) later) : chosen((Struct) earlier, (Struct) later);
  }

  public Object result(Object state) {
    if (!many()) {
      return state == null ? null : ((Struct) state).get("VAL");
    }
    List values = new ArrayList();
    for (Object each : (List) state) {
      values.add(((Struct) each).get("VAL"));
    }
    return values;
  }

  private Struct chosen(Struct a, Struct b) {
    if (a == null || b == null) {
      return a == null ? b : a;
    }
    return number(b) > number(a) == latest ? b : a;
  }

  private List kept(List a, List b) {
    List all = new ArrayList(a);
    all.addAll(b);
    Collections.sort(all, new Comparator() {
      public int compare(Object one, Object other) {
        return Long.compare(number(one), number(other));
      }
    });
    int count = ((Integer) fixed[1]).intValue();
    if (all.size() <= count) {
      return all;
    }
    return new ArrayList(latest ? all.subList(all.size() - count, all.size()) : all.subList(0, count));
  }

  private boolean many() {
    return state.base.equals("ARRAY");
  }

  private boolean skipsNulls() {
    Object last = fixed[fixed.length - 1];
    return !(last instanceof Boolean) || ((Boolean) last).booleanValue();
  }

  private static long number(Object element) {
    return ((Long) ((Struct) element).get("SEQ")).longValue();
  }
}
