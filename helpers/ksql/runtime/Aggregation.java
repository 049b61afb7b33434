import org.apache.kafka.streams.kstream.Aggregator;
import org.apache.kafka.streams.kstream.Initializer;

/** All aggregates of a query at once. The state is an Object[], one place for each; `undo` takes rows out. */
public final class Aggregation implements Initializer, Aggregator {
  private static final Object[] NOTHING = new Object[0];
  private final Aggregate[] aggregates;
  private final Evaluation[] arguments;
  private final boolean undo;

  public Aggregation(Aggregate[] aggregates, Evaluation[] arguments, boolean undo) {
    this.aggregates = aggregates;
    this.arguments = arguments;
    this.undo = undo;
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
      begun[i] = aggregates[i].initial();
    }
    return begun;
  }

  public Object apply(Object key, Object row, Object aggregate) {
    Object[] old = begun(aggregate);
    Object[] state = new Object[old.length];
    for (int i = 0; i < state.length; i++) {
      Object[] given = arguments[i].all((Object[]) row);
      state[i] = undo ? aggregates[i].remove(old[i], given) : aggregates[i].add(old[i], given);
    }
    return state;
  }

  public Object merge(Object earlier, Object later) {
    Object[] one = begun(earlier);
    Object[] other = begun(later);
    Object[] state = new Object[aggregates.length];
    for (int i = 0; i < state.length; i++) {
      state[i] = aggregates[i].merge(one[i], other[i]);
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
      results[i] = aggregates[i].result(state[i]);
    }
    return results;
  }
}
