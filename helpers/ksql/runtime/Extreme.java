/** The greatest (sign 1) or least (sign -1) of the values that are not null. */
public abstract class Extreme extends Aggregate {
  private final int sign;

  protected Extreme(int sign) {
    this.sign = sign;
  }

  public Object add(Object state, Object[] arguments) {
    return merge(state, arguments[0]);
  }

  public Object merge(Object earlier, Object later) {
    if (earlier == null || later == null) {
      return earlier == null ? later : earlier;
    }
    return ((Comparable) later).compareTo(earlier) * sign > 0 ? later : earlier;
  }
}
