/** NONE: no columns, no bytes. */
public final class NoneFormat implements Format {
  public byte[] write(Object[] columns) {
    return null;
  }

  public Object[] read(byte[] data) {
    return new Object[0];
  }
}
