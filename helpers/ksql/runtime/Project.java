import org.apache.kafka.streams.kstream.ValueMapperWithKey;

/** The columns of a result, made of a row; a null row stays null. */
public final class Project implements ValueMapperWithKey {
  private final Evaluation columns;

  public Project(Evaluation columns) {
    this.columns = columns;
  }

  public Object apply(Object key, Object row) {
    return row == null ? null : (Object) columns.all((Object[]) row);
  }
}
