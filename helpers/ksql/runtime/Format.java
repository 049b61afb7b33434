/** How the columns of a key or value become bytes, and back. What cannot be read is an exception. */
public interface Format {
  byte[] write(Object[] columns) throws Exception;

  Object[] read(byte[] data) throws Exception;
}
