/**
 * An aggregate function. Its state is never changed in place, since the old one may still be in use, and is of the type
 * that functions/aggregates.py declares; a name there is that of a class here.
 */
public abstract class Aggregate {
  protected Type argument;  // the first argument's
  protected Type state;
  protected Object[] fixed;  // the values of arguments that are literals, such as the k of TOPK; else null

  public final Aggregate with(Type argument, Type state, Object[] fixed) {
    this.argument = argument;
    this.state = state;
    this.fixed = fixed;
    return this;
  }

  public Object initial() {
    return null;
  }

  public abstract Object add(Object state, Object[] arguments);

  /** Takes out a row of a table that has changed. */
  public Object remove(Object state, Object[] arguments) {
    throw new UnsupportedOperationException(getClass().getName() + " takes nothing out");
  }

  /** The state of two sessions that have become one. */
  public abstract Object merge(Object earlier, Object later);

  public Object result(Object state) {
    return state;
  }
}
