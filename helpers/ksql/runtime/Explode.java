import java.util.Arrays;
import java.util.List;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;

/** Makes a row for each element of lists, which it appends to the row; shorter lists end in nulls. */
public final class Explode implements FixedKeyProcessorSupplier {
  private final Evaluation lists;

  public Explode(Evaluation lists) {
    this.lists = lists;
  }

  public FixedKeyProcessor get() {
    return new Step(lists);
  }

  private static final class Step extends ContextualFixedKeyProcessor {
    private final Evaluation lists;

    Step(Evaluation lists) {
      this.lists = lists;
    }

    public void process(FixedKeyRecord record) {
      if (record.value() == null) {
        return;
      }
      Object[] row = (Object[]) record.value();
      Object[] exploded = lists.all(row);
      int rows = 0;
      for (int i = 0; i < exploded.length; i++) {
        rows = Math.max(rows, exploded[i] == null ? 0 : ((List) exploded[i]).size());
      }
      for (int n = 0; n < rows; n++) {
        Object[] longer = Arrays.copyOf(row, row.length + exploded.length);
        for (int i = 0; i < exploded.length; i++) {
          List list = (List) exploded[i];
          longer[row.length + i] = list == null || n >= list.size() ? null : list.get(n);
        }
        context().forward(record.withValue(longer));
      }
    }
  }
}
