import java.util.Collections;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;

/** A record that cannot be read is skipped and written to the log that the setting `ksql.processing.log` holds. */
public final class SkipAndLog implements DeserializationExceptionHandler {
  private ProcessingLog log;

  public void configure(Map settings) {
    log = (ProcessingLog) settings.get("ksql.processing.log");
  }

  public DeserializationExceptionHandler.Response handleError(ErrorHandlerContext context, ConsumerRecord record, Exception error) {
    log.add(record, error);
    return DeserializationExceptionHandler.Response.resume(Collections.emptyList());
  }
}
