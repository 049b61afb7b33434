import org.apache.kafka.streams.kstream.Predicate;

/** Keeps what has both key and row: what can be grouped. */
public final class NotNull implements Predicate {
  public boolean test(Object key, Object row) {
    return key != null && row != null;
  }
}
