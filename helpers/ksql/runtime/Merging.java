import org.apache.kafka.streams.kstream.Merger;

/** Brings together what two sessions have aggregated when a record has made them one. */
public final class Merging implements Merger {
  private final Aggregation aggregation;

  public Merging(Aggregation aggregation) {
    this.aggregation = aggregation;
  }

  public Object apply(Object key, Object earlier, Object later) {
    return aggregation.merge(earlier, later);
  }
}
