import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What went wrong with a query's records: the latest are kept, and each is put as JSON into a queue, from which it
 * gets into the topic of KSQL_PROCESSING_LOG. Never waits and never throws: what the queue has no room for is lost there.
 */
public final class ProcessingLog {
  private static final int KEPT = 1000;
  private static final String[] KINDS =
      {"deserializationError", "recordProcessingError", "productionError", "serializationError", "kafkaStreamsThreadError"};
  private final String query;
  private final Queue queue;
  private final Deque latest = new ArrayDeque();
  private final Map unreadable = new HashMap();  // topic: {how many, when the last}
  private volatile boolean silent;

  public ProcessingLog(String query, Queue queue) {
    this.query = query;
    this.queue = queue;
  }

  /** Of a query that reads the processing log itself nothing is put there: it would never end. */
  public void silence(boolean silent) {
    this.silent = silent;
  }

  /** An expression or a step has failed on a row. */
  public void add(String step, Throwable error, Object row) {
    String shown = row instanceof Object[] ? Arrays.toString((Object[]) row) : String.valueOf(row);
    keep(step, message(root(error)), shown);
    ObjectNode details = Json.MAPPER.createObjectNode();
    details.put("errorMessage", step + ": " + message(root(error)));
    details.put("record", shown);
    details.set("cause", causes(error));
    put(logger(step), 1, details);
  }

  /** A record could not be read. */
  public void add(ConsumerRecord record, Throwable error) {
    Throwable root = root(error);
    boolean ofKey = String.valueOf(error.getMessage()).startsWith("key: ");
    byte[] data = (byte[]) (ofKey ? record.key() : record.value());
    String shown = record.value() == null ? "null" : new String((byte[]) record.value(), java.nio.charset.StandardCharsets.UTF_8);
    keep("read " + record.topic() + "-" + record.partition() + " at " + record.offset(), message(root), shown);
    synchronized (latest) {
      long[] before = (long[]) unreadable.get(record.topic());
      unreadable.put(record.topic(), new long[] {before == null ? 1 : before[0] + 1, System.currentTimeMillis()});
    }
    ObjectNode details = Json.MAPPER.createObjectNode();
    details.put("target", ofKey ? "key" : "value");
    details.put("errorMessage", "Error deserializing message from topic: " + record.topic());
    details.put("recordB64", data == null ? null : java.util.Base64.getEncoder().encodeToString(data));
    details.set("cause", causes(error));
    details.put("topic", record.topic());
    put("KsqlTopic.Source.deserializer", 0, details);
  }

  /** The query has ended with an error. */
  public void ended(Throwable error) {
    keep("query", message(root(error)), "");
    ObjectNode details = Json.MAPPER.createObjectNode();
    details.put("errorMessage", message(error));
    details.put("threadName", Thread.currentThread().getName());
    details.set("cause", causes(error));
    put("ksql.logger.thread.exception.uncaught", 4, details);
  }

  public List latest() {
    synchronized (latest) {
      return new ArrayList(latest);
    }
  }

  /** How many records of a topic could not be read, and when the last was met, in milliseconds since 1970. */
  public long[] unreadable(String topic) {
    synchronized (latest) {
      long[] found = (long[]) unreadable.get(topic);
      return found == null ? new long[] {0, 0} : found;
    }
  }

  private void keep(String step, String message, String row) {
    synchronized (latest) {
      latest.addLast(new String[] {query, step, message, row});
      if (latest.size() > KEPT) {
        latest.removeFirst();
      }
    }
  }

  private void put(String logger, int type, ObjectNode details) {
    if (silent || queue == null) {
      return;
    }
    ObjectNode message = Json.MAPPER.createObjectNode();
    message.put("type", type);
    for (int i = 0; i < KINDS.length; i++) {
      message.set(KINDS[i], i == type ? details : null);
    }
    ObjectNode entry = Json.MAPPER.createObjectNode();
    entry.put("logger", "processing." + query + "." + logger);
    entry.put("level", "ERROR");
    entry.put("time", System.currentTimeMillis());
    entry.set("message", message);
    queue.offer(entry.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** A step, perhaps with the part of it that failed behind a comma, as ksqlDB calls its loggers. */
  private static String logger(String step) {
    switch (step.split(", ")[0]) {
      case "WHERE": return "WhereFilter";
      case "HAVING": return "HavingFilter";
      case "GROUP BY": return "GroupBy";
      case "PARTITION BY": return "PartitionBy";
      case "EXPLODE": return "FlatMap";
      default: return step.startsWith("column ") ? "Project" : step.replace(' ', '_');
    }
  }

  private static Throwable root(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static String message(Throwable error) {
    if (error instanceof JsonProcessingException) { // its own message says at length that it hides the record
      JsonProcessingException broken = (JsonProcessingException) error;
      JsonLocation at = broken.getLocation();
      String where = at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
      return broken.getOriginalMessage() + where;
    }
    return error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
  }

  private static ArrayNode causes(Throwable error) {
    ArrayNode causes = Json.MAPPER.createArrayNode();
    for (Throwable each = error.getCause(); each != null; each = each.getCause()) {
      causes.add(message(each));
    }
    return causes;
  }
}
