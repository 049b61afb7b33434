import org.apache.kafka.streams.kstream.Predicate;

/** Keeps the rows for which a condition is true; one that throws is false. */
public final class Where implements Predicate {
  private final Evaluation condition;

  public Where(Evaluation condition) {
    this.condition = condition;
  }

  public boolean test(Object key, Object row) {
    return row != null && Boolean.TRUE.equals(condition.one(0, (Object[]) row));
  }
}
