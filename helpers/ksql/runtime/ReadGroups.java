import java.util.List;
import org.apache.kafka.streams.kstream.ValueTransformerWithKey;
import org.apache.kafka.streams.kstream.ValueTransformerWithKeySupplier;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.ProcessorContext;

/** The row of a group: what it is grouped by, the aggregates, ROWTIME, and a window's bounds. */
public final class ReadGroups implements ValueTransformerWithKeySupplier {
  private final Aggregation aggregation;

  public ReadGroups(Aggregation aggregation) {
    this.aggregation = aggregation;
  }

  public ValueTransformerWithKey get() {
    return new Step(aggregation);
  }

  private static final class Step implements ValueTransformerWithKey {
    private final Aggregation aggregation;
    private ProcessorContext context;

    Step(Aggregation aggregation) {
      this.aggregation = aggregation;
    }

    public void init(ProcessorContext context) {
      this.context = context;
    }

    public Object transform(Object key, Object state) {
      Object[] results = state == null ? null : aggregation.results((Object[]) state);
      if (results == null) {
        return null;
      }
      boolean windowed = key instanceof Windowed;
      List keys = Values.bare(key);
      Object[] row = new Object[keys.size() + results.length + (windowed ? 3 : 1)];
      System.arraycopy(keys.toArray(), 0, row, 0, keys.size());
      System.arraycopy(results, 0, row, keys.size(), results.length);
      int next = keys.size() + results.length;
      row[next++] = Long.valueOf(context.timestamp());
      if (windowed) {
        row[next++] = Long.valueOf(((Windowed) key).window().start());
        row[next] = Long.valueOf(((Windowed) key).window().end());
      }
      return row;
    }

    public void close() {}
  }
}
