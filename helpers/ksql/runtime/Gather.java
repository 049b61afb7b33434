import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.Punctuator;
import org.apache.kafka.streams.processor.api.ContextualFixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;

/**
 * Gathers rows for functions that take many at once, and hands them on with the answers behind their columns, in their
 * order: when enough have come, when the first has waited long enough, and always before their offsets are committed.
 */
public final class Gather implements FixedKeyProcessorSupplier {
  private static final int MOST = 512;
  private static final long WAIT = 10; // milliseconds
  private final BatchCall[] calls;

  public Gather(BatchCall[] calls) {
    this.calls = calls;
  }

  public Set stores() {
    return Collections.singleton(new Gathered.Builder());
  }

  public FixedKeyProcessor get() {
    return new Step(calls);
  }

  private static final class Step extends ContextualFixedKeyProcessor implements Runnable, Punctuator {
    private final BatchCall[] calls;
    private final List waiting = new ArrayList();
    private InternalProcessorContext inside;
    private ProcessorNode node;
    private long first;

    Step(BatchCall[] calls) {
      this.calls = calls;
    }

    public void init(FixedKeyProcessorContext context) {
      super.init(context);
      inside = (InternalProcessorContext) context;
      node = inside.currentNode();
      waiting.clear();
      ((Gathered) context.getStateStore(Gathered.NAME)).listen(this);
      context.schedule(Duration.ofMillis(WAIT), PunctuationType.WALL_CLOCK_TIME, this);
    }

    public void process(FixedKeyRecord record) {
      if (waiting.isEmpty()) {
        first = System.currentTimeMillis();
      }
      waiting.add(new Object[] {record, inside.recordContext()});
      if (waiting.size() >= MOST || System.currentTimeMillis() - first >= WAIT) {
        run();
      }
    }

    public void punctuate(long time) {
      run();
    }

    /** Hands on what waits. */
    public void run() {
      if (waiting.isEmpty()) {
        return;
      }
      List taken = new ArrayList(waiting);
      waiting.clear();
      List rows = longer(taken);
      ProcessorNode nodeBefore = inside.currentNode();
      ProcessorRecordContext recordBefore = inside.recordContext();
      try {
        inside.setCurrentNode(node);
        for (int i = 0; i < taken.size(); i++) {
          Object[] each = (Object[]) taken.get(i);
          inside.setRecordContext((ProcessorRecordContext) each[1]);
          context().forward(((FixedKeyRecord) each[0]).withValue(rows.get(i)));
        }
      } finally {
        inside.setCurrentNode(nodeBefore);
        inside.setRecordContext(recordBefore);
      }
    }

    /** The rows with a column more for each call; null rows stay null. */
    private List longer(List taken) {
      List rows = new ArrayList();
      List whole = new ArrayList();
      for (int i = 0; i < taken.size(); i++) {
        Object[] row = (Object[]) ((FixedKeyRecord) ((Object[]) taken.get(i))[0]).value();
        Object[] room = row == null ? null : Arrays.copyOf(row, row.length + calls.length);
        rows.add(room);
        if (room != null) {
          whole.add(room);
        }
      }
      for (int n = 0; n < calls.length && !whole.isEmpty(); n++) {
        Object[] answers = calls[n].of(whole);
        for (int i = 0; i < answers.length; i++) {
          Object[] row = (Object[]) whole.get(i);
          row[row.length - calls.length + n] = answers[i];
        }
      }
      return rows;
    }

    public void close() {
      waiting.clear();
    }
  }
}
