/** LATEST_BY_OFFSET: the last value, or the last n. */
public final class Latest extends ByOffset {
  public Latest() {
    super(true);
  }
}
