import java.util.Collections;
import java.util.function.Function;

/** The key of the row of another table that a row refers to; null refers to none. */
public final class ForeignKey implements Function {
  private final Evaluation key;

  public ForeignKey(Evaluation key) {
    this.key = key;
  }

  public Object apply(Object row) {
    Object value = key.one(0, (Object[]) row);
    return value == null ? null : Collections.singletonList(value);
  }
}
