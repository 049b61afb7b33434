import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.kstream.ForeachAction;

/** Hands rows over to who reads a push query; waits while the queue is full, until nobody reads any more. */
public final class Collect implements ForeachAction {
  private final BlockingQueue rows;
  private volatile boolean closed;

  public Collect(BlockingQueue rows) {
    this.rows = rows;
  }

  public void apply(Object key, Object columns) {
    try {
      while (!closed && !rows.offer(new Object[] {key, columns}, 100, TimeUnit.MILLISECONDS)) {
        continue;
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  public void close() {
    closed = true;
  }
}
