import java.util.Collections;
import java.util.Map;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/** A store that holds nothing: as a cache Kafka Streams tells it before each commit, and it tells who gathers. */
public final class Gathered implements StateStore, CachedStateStore {
  public static final String NAME = "gathered";
  private Runnable listener;
  private boolean open;

  public void listen(Runnable listener) {
    this.listener = listener;
  }

  public void flushCache() {
    if (listener != null) {
      listener.run();
    }
  }

  public void clearCache() {}

  public boolean setFlushListener(CacheFlushListener listener, boolean sendOldValues) {
    return false;
  }

  public String name() {
    return NAME;
  }

  public void init(StateStoreContext context, StateStore root) {
    context.register(root, null);
    open = true;
  }

  public void close() {
    open = false;
    listener = null;
  }

  public boolean persistent() {
    return false;
  }

  public boolean isOpen() {
    return open;
  }

  /** Makes one for each task. */
  public static final class Builder implements StoreBuilder {
    public StateStore build() {
      return new Gathered();
    }

    public StoreBuilder withCachingEnabled() {
      return this;
    }

    public StoreBuilder withCachingDisabled() {
      return this;
    }

    public StoreBuilder withLoggingEnabled(Map config) {
      return this;
    }

    public StoreBuilder withLoggingDisabled() {
      return this;
    }

    public Map logConfig() {
      return Collections.emptyMap();
    }

    public boolean loggingEnabled() {
      return false;
    }

    public String name() {
      return NAME;
    }
  }
}
