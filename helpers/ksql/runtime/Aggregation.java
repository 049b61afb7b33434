import org.apache.kafka.streams.kstream.Aggregator;
import org.apache.kafka.streams.kstream.Initializer;

/**
 * All aggregates of a query at once. The state is an Object[], one place for each; `undo` takes rows out. One that
 * throws keeps its state, or has null for its result, and the log says why; what grows too large loses it.
 */
public final class Aggregation implements Initializer, Aggregator {
  private static final Object[] NOTHING = new Object[0];
  private final Aggregate[] aggregates;
  private final String[] names;
  private final Evaluation[] arguments;
  private final boolean undo;
  private final ProcessingLog log;

  public Aggregation(Aggregate[] aggregates, String[] names, Evaluation[] arguments, boolean undo, ProcessingLog log) {
    this.aggregates = aggregates;
    this.names = names;
    this.arguments = arguments;
    this.undo = undo;
    this.log = log;
  }

  /** Before the first row: Kafka Streams hands it on as the old state, which must not be taken for a row. */
  public Object apply() {
    return NOTHING;
  }

  private Object[] begun(Object state) {
    if (((Object[]) state).length > 0) {
      return (Object[]) state;
    }
    Object[] begun = new Object[aggregates.length];
    for (int i = 0; i < begun.length; i++) {
      try {
        begun[i] = aggregates[i].initial();
      } catch (RuntimeException error) {
        log.add(names[i], error, null);
      }
    }
    return begun;
  }

  public Object apply(Object key, Object row, Object aggregate) {
    Object[] old = begun(aggregate);
    Object[] state = new Object[old.length];
    for (int i = 0; i < state.length; i++) {
      Object[] given = arguments[i].all((Object[]) row);
      try {
        state[i] = undo ? aggregates[i].remove(old[i], given) : aggregates[i].add(old[i], given);
      } catch (RuntimeException error) {
        log.add(names[i], error, row);
        state[i] = error instanceof ArithmeticException ? null : old[i];
      }
    }
    return state;
  }

  public Object merge(Object earlier, Object later) {
    Object[] one = begun(earlier);
    Object[] other = begun(later);
    Object[] state = new Object[aggregates.length];
    for (int i = 0; i < state.length; i++) {
      try {
        state[i] = aggregates[i].merge(one[i], other[i]);
      } catch (RuntimeException error) {
        log.add(names[i], error, null);
        state[i] = error instanceof ArithmeticException ? null : one[i];
      }
    }
    return state;
  }

  /** The aggregates; null before the first row. */
  public Object[] results(Object[] state) {
    if (state.length == 0) {
      return null;
    }
    Object[] results = new Object[state.length];
    for (int i = 0; i < state.length; i++) {
      try {
        results[i] = aggregates[i].result(state[i]);
      } catch (RuntimeException error) {
        log.add(names[i], error, state);
      }
    }
    return results;
  }
}
