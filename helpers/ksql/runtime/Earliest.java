/** EARLIEST_BY_OFFSET: the first value, or the first n. */
public final class Earliest extends ByOffset {
  public Earliest() {
    super(false);
  }
}
