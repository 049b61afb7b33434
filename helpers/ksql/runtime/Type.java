/** A SQL type as the engine needs it at run time; made from the Python type of the same shape. */
public final class Type {
  public final String base;
  public final int precision;
  public final int scale;
  public final String[] names;  // of a STRUCT's fields
  public final Type[] parts;    // element; key and value; a STRUCT's fields

  public Type(String base, int precision, int scale, String[] names, Type[] parts) {
    this.base = base;
    this.precision = precision;
    this.scale = scale;
    this.names = names;
    this.parts = parts;
  }
}
