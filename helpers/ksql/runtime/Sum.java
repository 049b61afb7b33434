import java.math.BigDecimal;

/** SUM of the values that are not null, in their type. One that its DECIMAL cannot hold throws, and is null ever after. */
public final class Sum extends Aggregate {
  public Object initial() {
    return Cast.to(Integer.valueOf(0), state);
  }

  public Object add(Object state, Object[] arguments) {
    return state == null || arguments[0] == null ? state : fitting(plus(state, arguments[0]));
  }

  public Object remove(Object state, Object[] arguments) {
    return state == null || arguments[0] == null ? state : fitting(plus(state, minus(arguments[0])));
  }

  public Object merge(Object earlier, Object later) {
    return earlier == null || later == null ? null : fitting(plus(earlier, later));
  }

  private Object fitting(Object sum) {
    return sum instanceof BigDecimal ? Cast.exactly(sum, state) : sum;
  }

  public static Object plus(Object a, Object b) {
    if (a instanceof Integer) {
      return Arithmetic.add((Integer) a, (Integer) b);
    }
    if (a instanceof Long) {
      return Arithmetic.add((Long) a, (Long) b);
    }
    return a instanceof Double ? (Object) Arithmetic.add((Double) a, (Double) b) : ((BigDecimal) a).add((BigDecimal) b);
  }

  public static Object minus(Object value) {
    if (value instanceof Integer) {
      return Arithmetic.negate((Integer) value);
    }
    if (value instanceof Long) {
      return Arithmetic.negate((Long) value);
    }
    return value instanceof Double ? (Object) Arithmetic.negate((Double) value) : ((BigDecimal) value).negate();
  }
}
