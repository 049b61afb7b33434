/** AVG: the sum and count of the values that are not null; of none 0, as in ksqlDB. */
public final class Average extends Aggregate {
  public Object initial() {
    return of(Cast.to(Integer.valueOf(0), argument), 0);
  }

  public Object add(Object state, Object[] arguments) {
    return arguments[0] == null ? state : of(Sum.plus(sum(state), arguments[0]), count(state) + 1);
  }

  public Object remove(Object state, Object[] arguments) {
    return arguments[0] == null ? state : of(Sum.plus(sum(state), Sum.minus(arguments[0])), count(state) - 1);
  }

  public Object merge(Object earlier, Object later) {
    return of(Sum.plus(sum(earlier), sum(later)), count(earlier) + count(later));
  }

  public Object result(Object state) {
    return count(state) == 0 ? Double.valueOf(0) : Double.valueOf(((Number) sum(state)).doubleValue() / count(state));
  }

  private static Struct of(Object sum, long count) {
    return Struct.of(new Object[] {"SUM", sum, "COUNT", Long.valueOf(count)});
  }

  private static Object sum(Object state) {
    return ((Struct) state).get("SUM");
  }

  private static long count(Object state) {
    return ((Long) ((Struct) state).get("COUNT")).longValue();
  }
}
