/** MIN: the least value. */
public final class Min extends Extreme {
  public Min() {
    super(-1);
  }
}
