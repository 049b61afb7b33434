/** MAX: the greatest value. */
public final class Max extends Extreme {
  public Max() {
    super(1);
  }
}
