import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the text functions need beyond java.lang.String. Positions count from 1, negative ones from the end. */
public final class Text {
  private static final Pattern WORD = Pattern.compile("\\S+\\s*");

  /** The part from `position`, cut at both ends of the text instead of refused. */
  public static String substring(String text, int position, int length) {
    int start = position < 0 ? text.length() + position : position - 1;
    start = Math.min(Math.max(start, 0), text.length());
    long end = Math.min((long) start + Math.max(length, 0), (long) text.length());
    return text.substring(start, (int) end);
  }

  /** Where the n-th occurrence of `part` begins, from `position` on; when that is negative, up to it and backwards. */
  public static int instr(String text, String part, int position, int occurrence) {
    if (text == null || part == null || position == 0 || occurrence < 1) {
      return 0;
    }
    int at = position > 0 ? position - 2 : text.length() + position + 2 - part.length();
    for (int found = 0; found < occurrence; found++) {
      at = position > 0 ? text.indexOf(part, at + 1) : text.lastIndexOf(part, at - 1);
      if (at < 0) {
        return 0;
      }
    }
    return at + 1;
  }

  /** The texts in a row; those that are null are passed over. */
  public static String concat(List texts, String between) {
    StringBuilder joined = new StringBuilder();
    boolean first = true;
    for (Object text : texts) {
      if (text != null) {
        joined.append(first ? "" : between).append(text);
        first = false;
      }
    }
    return joined.toString();
  }

  public static List split(String text, String delimiter) {
    List parts = new ArrayList();
    if (delimiter.isEmpty() && !text.isEmpty()) {
      for (int i = 0; i < text.length(); i++) {
        parts.add(text.substring(i, i + 1));
      }
      return parts;
    }
    int from = 0;
    for (int at = delimiter.isEmpty() ? -1 : text.indexOf(delimiter); at >= 0; at = text.indexOf(delimiter, from)) {
      parts.add(text.substring(from, at));
      from = at + delimiter.length();
    }
    parts.add(text.substring(from));
    return parts;
  }

  /** Each word with a capital first letter and small others; blanks before the first word are left out. */
  public static String initcap(String text) {
    StringBuilder result = new StringBuilder();
    Matcher words = WORD.matcher(text.toLowerCase(Locale.ROOT));
    while (words.find()) {
      result.append(words.group().substring(0, 1).toUpperCase(Locale.ROOT)).append(words.group().substring(1));
    }
    return result.toString();
  }

  /** Letters and digits replaced by the one letter that stands for their kind; null leaves a kind alone. */
  public static String mask(String text, String upper, String lower, String digit, String other) {
    for (String mask : new String[] {upper, lower, digit, other}) {
      if (mask != null && mask.length() != 1) {
        throw new IllegalArgumentException("a mask is one letter, got '" + mask + "'");
      }
    }
    StringBuilder masked = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char letter = text.charAt(i);
      String mask = Character.isUpperCase(letter) ? upper
          : Character.isLowerCase(letter) ? lower : Character.isDigit(letter) ? digit : other;
      masked.append(mask == null ? String.valueOf(letter) : mask);
    }
    return masked.toString();
  }
}
