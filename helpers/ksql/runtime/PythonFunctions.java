import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** SQL functions whose body is Python: each takes its arguments as an Object[]. */
public final class PythonFunctions {
  private static final Map FUNCTIONS = new ConcurrentHashMap();

  public static void put(String id, Function function) {
    FUNCTIONS.put(id, function);
  }

  public static Object call(String id, Object[] arguments) {
    return ((Function) FUNCTIONS.get(id)).apply(arguments);
  }
}
