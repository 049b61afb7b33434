import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Carries the entries of processing logs from their queue to a topic, in a thread of its own: no query waits for it. */
public final class LogWriter extends Thread {
  private final BlockingQueue queue;
  private final String topic;
  private final KafkaProducer producer;

  public LogWriter(BlockingQueue queue, String topic, Properties settings) {
    super("ksql-processing-log");
    this.queue = queue;
    this.topic = topic;
    this.producer = new KafkaProducer(settings, new ByteArraySerializer(), new ByteArraySerializer());
    setDaemon(true);
  }

  public void run() {
    try {
      while (true) {
        send(queue.take());
      }
    } catch (InterruptedException end) {
      for (Object entry = queue.poll(); entry != null; entry = queue.poll()) {
        send(entry);
      }
      producer.close(Duration.ofSeconds(2));
    } catch (RuntimeException closed) {
      producer.close(Duration.ZERO);
    }
  }

  private void send(Object entry) {
    producer.send(new ProducerRecord(topic, null, entry));
  }

  /** Send what is left, and end; waits two seconds at most. */
  public void end() throws InterruptedException {
    interrupt();
    join(2000);
  }
}
