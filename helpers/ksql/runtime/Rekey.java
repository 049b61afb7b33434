import java.util.Arrays;
import java.util.List;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;

/** Gives each record a new key. A key with a null in it, or of a null row, is dropped unless it is to be kept. */
public final class Rekey implements ProcessorSupplier {
  private final Evaluation keys;
  private final int width;
  private final boolean keep;

  /** `width`: how many columns a row has; the first ones of a null row are taken from the old key. */
  public Rekey(Evaluation keys, int width, boolean keep) {
    this.keys = keys;
    this.width = width;
    this.keep = keep;
  }

  public Processor get() {
    return new Step(keys, width, keep);
  }

  /** The key that the expressions give a row, null when a part of it is. */
  public static List whole(Evaluation keys, Object[] row) {
    Object[] parts = keys.all(row);
    return Arrays.asList(parts).contains(null) ? null : Arrays.asList(parts);
  }

  private static final class Step extends ContextualProcessor {
    private final Evaluation keys;
    private final int width;
    private final boolean keep;

    Step(Evaluation keys, int width, boolean keep) {
      this.keys = keys;
      this.width = width;
      this.keep = keep;
    }

    public void process(Record record) {
      if (keep) {
        Object[] row = record.value() == null ? keyOnly(record.key()) : (Object[]) record.value();
        Object[] parts = keys.all(row);
        boolean none = parts.length == 0 || parts.length == 1 && parts[0] == null;
        context().forward(record.withKey(none ? null : Arrays.asList(parts)));
      } else if (record.value() != null) {
        List key = whole(keys, (Object[]) record.value());
        if (key != null) {
          context().forward(record.withKey(key));
        }
      }
    }

    private Object[] keyOnly(Object key) {
      List bare = Values.bare(key);
      Object[] row = new Object[width];
      if (bare != null) {
        System.arraycopy(bare.toArray(), 0, row, 0, bare.size());
      }
      return row;
    }
  }
}
