/**
 * Asks Spark's own classes for what the fixtures hold. Requests and answers are JSON; values are in the text form of README.md.
 * Collections are raw: most of Spark's signatures are Scala's. Where Spark has generated and interpreted code for the same thing, both
 * run; "differences" counts where they disagree.
 */
package arcweld;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import org.apache.spark.SparkEnv;
import org.apache.spark.io.CompressionCodec;
import org.apache.spark.io.CompressionCodec$;
import org.apache.spark.serializer.SerializationStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.*;
import org.apache.spark.sql.catalyst.expressions.codegen.*;
import org.apache.spark.sql.catalyst.plans.physical.HashPartitioning;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.execution.SortPrefixUtils$;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.UnsafeRowSerializer;
import org.apache.spark.sql.types.*;
import org.apache.spark.unsafe.types.CalendarInterval;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.util.collection.unsafe.sort.PrefixComparator;
import scala.reflect.ClassTag$;

public class SparkRows {
  private final ObjectMapper json = new ObjectMapper();

  /** {schema, rows, partitions, sorts} → {rows: [{b, hc, h, x, p, ch, cx, sp}], hashable, prefixes, sorts, differences}. */
  public String rows(String request) throws Exception {
    JsonNode asked = json.readTree(request);
    StructType schema = (StructType) DataType$.MODULE$.fromJson(asked.get("schema").toString());
    StructField[] fields = schema.fields();
    ObjectNode answer = json.createObjectNode();
    int differences = 0;

    ArrayList references = new ArrayList();
    for (int i = 0; i < fields.length; i++) references.add(new BoundReference(i, fields[i].dataType(), fields[i].nullable()));
    UnsafeProjection generated = UnsafeProjection$.MODULE$.create(schema);
    UnsafeProjection interpreted = InterpretedUnsafeProjection$.MODULE$.createProjection(seq(references));

    ArrayList generic = new ArrayList();
    ArrayList unsafe = new ArrayList();
    ArrayNode rows = json.createArrayNode();
    for (int r = 0; r < asked.get("rows").size(); r++) {
      InternalRow row = row(schema, asked.get("rows").get(r));
      UnsafeRow written = generated.apply(row).copy();
      if (!written.equals(interpreted.apply(row))) differences++;
      generic.add(row);
      unsafe.add(written);
      if (!text(schema, written).equals(asked.get("rows").get(r))) throw new IllegalStateException("row " + r + " reads back as " + text(schema, written));
      ObjectNode out = json.createObjectNode();
      out.put("b", hex(written.getBytes()));
      out.put("hc", written.hashCode());
      rows.add(out);
    }

    // Hashes: those of a row, those of each column, partition ids. Expressions with the name and position they have in the rows.
    ArrayList expressions = new ArrayList();
    ArrayList names = new ArrayList();
    ArrayList positions = new ArrayList();
    boolean all = fields.length > 0;
    ArrayNode hashable = json.createArrayNode();
    for (int i = 0; i < fields.length; i++) {
      ArrayList one = new ArrayList();
      one.add(references.get(i));
      boolean can = new Murmur3Hash(seq(one)).checkInputDataTypes().isSuccess();
      hashable.add(can);
      all = all && can;
      if (!can) continue;
      add(expressions, names, positions, new Murmur3Hash(seq(one)), "ch", i);
      add(expressions, names, positions, new XxHash64(seq(one)), "cx", i);
    }
    if (all) {
      add(expressions, names, positions, new Murmur3Hash(seq(references)), "h", -1);
      add(expressions, names, positions, new XxHash64(seq(references)), "x", -1);
      for (int k = 0; k < asked.get("partitions").size(); k++)
        add(expressions, names, positions, new HashPartitioning(seq(references), asked.get("partitions").get(k).intValue()).partitionIdExpression(), "p", k);
    }
    answer.set("hashable", hashable);

    // Sort prefixes of each column that has one.
    ArrayNode prefixes = json.createArrayNode();
    for (int i = 0; i < fields.length; i++) {
      SortOrder first = order((Expression) references.get(i), "asc", "first");
      if (!RowOrdering$.MODULE$.isOrderable(fields[i].dataType())) { prefixes.addNull(); continue; }
      PrefixComparator comparator = SortPrefixUtils$.MODULE$.getPrefixComparator(first);
      String name = comparator.getClass().getSimpleName();
      ObjectNode about = json.createObjectNode();
      about.put("orderable", true);
      if (name.indexOf("igned") >= 0) {
        about.put("signed", name.startsWith("Signed"));
        about.put("full", SortPrefixUtils$.MODULE$.canSortFullyWithPrefix(first));
        about.put("nullLeast", Long.toString(new SortPrefix(first).nullValue()));
        about.put("nullGreatest", Long.toString(new SortPrefix(order((Expression) references.get(i), "asc", "last")).nullValue()));
        add(expressions, names, positions, new SortPrefix(first), "sp", i);
      }
      prefixes.add(about);
    }
    answer.set("prefixes", prefixes);
    differences += evaluate(rows, unsafe, expressions, names, positions, answer);

    // Sort orders: positions of the rows, those that compare equal together.
    ArrayNode sorts = json.createArrayNode();
    for (int s = 0; s < asked.get("sorts").size(); s++) {
      JsonNode keys = asked.get("sorts").get(s);
      ArrayList orders = new ArrayList();
      for (int k = 0; k < keys.size(); k++) {
        JsonNode key = keys.get(k);
        orders.add(order((Expression) references.get(key.get(0).intValue()), key.get(1).textValue(), key.get(2).textValue()));
      }
      BaseOrdering compare = (BaseOrdering) GenerateOrdering$.MODULE$.generate(seq(orders));
      BaseOrdering slow = new InterpretedOrdering(seq(orders));
      ArrayList sorted = new ArrayList();
      for (int r = 0; r < unsafe.size(); r++) {
        int at = sorted.size();
        while (at > 0 && compare.compare((InternalRow) unsafe.get(r), (InternalRow) unsafe.get(((Integer) sorted.get(at - 1)).intValue())) < 0) at--;
        sorted.add(at, Integer.valueOf(r));
      }
      ArrayNode groups = json.createArrayNode();
      ArrayNode group = null;
      for (int r = 0; r < sorted.size(); r++) {
        int at = ((Integer) sorted.get(r)).intValue();
        int previous = r == 0 ? -1 : ((Integer) sorted.get(r - 1)).intValue();
        int c = r == 0 ? -1 : compare.compare((InternalRow) unsafe.get(previous), (InternalRow) unsafe.get(at));
        int d = r == 0 ? -1 : slow.compare((InternalRow) generic.get(previous), (InternalRow) generic.get(at));
        if (Integer.signum(c) != Integer.signum(d)) differences++;
        if (c != 0) { group = json.createArrayNode(); groups.add(group); }
        group.add(at);
      }
      sorts.add(groups);
    }
    answer.set("sorts", sorts);
    answer.set("rows", rows);
    answer.put("differences", differences);
    return json.writeValueAsString(answer);
  }

  /** {schema, rows} → the rows as UnsafeRowSerializer and as SparkPlan.getByteArrayRdd write them. */
  public String streams(Object session, String request) throws Exception {
    JsonNode asked = json.readTree(request);
    StructType schema = (StructType) DataType$.MODULE$.fromJson(asked.get("schema").toString());
    UnsafeProjection project = UnsafeProjection$.MODULE$.create(schema);
    ArrayList rows = new ArrayList();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    SerializationStream stream = new UnsafeRowSerializer(schema.length(), null).newInstance().serializeStream(bytes);
    for (int r = 0; r < asked.get("rows").size(); r++) {
      UnsafeRow row = project.apply(row(schema, asked.get("rows").get(r))).copy();
      rows.add(row);
      stream.writeKey(Integer.valueOf(0), ClassTag$.MODULE$.Int());
      stream.writeValue(row, ClassTag$.MODULE$.Any());
    }
    stream.close();
    ObjectNode answer = json.createObjectNode();
    answer.put("serializer", hex(bytes.toByteArray()));

    SparkPlan plan = plan(session, schema, rows);
    answer.put("plan", plan.getClass().getSimpleName());
    Method framed = null;
    Method[] methods = SparkPlan.class.getDeclaredMethods();
    for (int m = 0; m < methods.length; m++)
      if (methods[m].getName().endsWith("getByteArrayRdd") && methods[m].getParameterTypes().length == 2) framed = methods[m];
    framed.setAccessible(true);
    Object rdd = framed.invoke(plan, new Object[] { Integer.valueOf(-1), Boolean.FALSE });
    Object[] partitions = (Object[]) ((org.apache.spark.rdd.RDD) rdd).collect();
    ArrayNode framedRows = json.createArrayNode();
    for (int i = 0; i < partitions.length; i++) {
      scala.Tuple2 pair = (scala.Tuple2) partitions[i];
      byte[] packed = ((org.apache.spark.util.io.ChunkedByteBuffer) pair._2()).toArray();
      CompressionCodec codec = CompressionCodec$.MODULE$.createCodec(SparkEnv.get().conf());
      InputStream in = codec.compressedInputStream(new ByteArrayInputStream(packed));
      ObjectNode part = json.createObjectNode();
      part.put("rows", ((Long) pair._1()).longValue());
      part.put("codec", codec.getClass().getSimpleName());
      part.put("compressed", hex(packed));
      part.put("bytes", hex(in.readAllBytes()));
      framedRows.add(part);
    }
    answer.set("byteArrays", framedRows);
    return json.writeValueAsString(answer);
  }

  /** What a DataFrame holds: {types, rows}, values in text form. */
  public String collect(Object frame) throws Exception {
    Object execution = frame.getClass().getMethod("queryExecution", new Class[0]).invoke(frame, new Object[0]);
    SparkPlan plan = (SparkPlan) execution.getClass().getMethod("executedPlan", new Class[0]).invoke(execution, new Object[0]);
    InternalRow[] rows = plan.executeCollect();
    ObjectNode answer = json.createObjectNode();
    ArrayNode types = json.createArrayNode();
    StructField[] fields = plan.schema().fields();
    for (int i = 0; i < fields.length; i++) types.add(fields[i].dataType().catalogString());
    answer.set("types", types);
    ArrayNode texts = json.createArrayNode();
    for (int r = 0; r < rows.length; r++) texts.add(text(plan.schema(), rows[r]));
    answer.set("rows", texts);
    return json.writeValueAsString(answer);
  }

  /** A LocalTableScan over the rows. Its classes moved between Spark 3.5 and 4, so they are looked up. */
  private SparkPlan plan(Object session, StructType schema, ArrayList rows) throws Exception {
    ArrayList output = new ArrayList();
    StructField[] fields = schema.fields();
    for (int i = 0; i < fields.length; i++)
      output.add(new AttributeReference(fields[i].name(), fields[i].dataType(), fields[i].nullable(), fields[i].metadata(), NamedExpression$.MODULE$.newExprId(), seq(new ArrayList())));
    Constructor build = Class.forName("org.apache.spark.sql.catalyst.plans.logical.LocalRelation").getConstructors()[0];
    Object[] arguments = new Object[build.getParameterTypes().length];
    arguments[0] = seq(output);
    arguments[1] = seq(rows);
    arguments[2] = Boolean.FALSE;
    for (int i = 3; i < arguments.length; i++) arguments[i] = scala.None$.MODULE$;
    Object relation = build.newInstance(arguments);
    Class dataset;
    try { dataset = Class.forName("org.apache.spark.sql.classic.Dataset$"); } catch (ClassNotFoundException e) { dataset = Class.forName("org.apache.spark.sql.Dataset$"); }
    Object companion = dataset.getField("MODULE$").get(null);
    Method[] methods = dataset.getMethods();
    for (int m = 0; m < methods.length; m++) {
      if (!methods[m].getName().equals("ofRows") || methods[m].getParameterTypes().length != 2) continue;
      Object frame = methods[m].invoke(companion, new Object[] { session, relation });
      Object execution = frame.getClass().getMethod("queryExecution", new Class[0]).invoke(frame, new Object[0]);
      return (SparkPlan) execution.getClass().getMethod("executedPlan", new Class[0]).invoke(execution, new Object[0]);
    }
    throw new IllegalStateException("Dataset.ofRows is not there");
  }

  private static SortOrder order(Expression child, String direction, String nulls) {
    return new SortOrder(child, direction.equals("asc") ? (SortDirection) Ascending$.MODULE$ : (SortDirection) Descending$.MODULE$,
        nulls.equals("first") ? (NullOrdering) NullsFirst$.MODULE$ : (NullOrdering) NullsLast$.MODULE$, seq(new ArrayList()));
  }

  private static void add(ArrayList expressions, ArrayList names, ArrayList positions, Expression expression, String name, int position) {
    expressions.add(expression);
    names.add(name);
    positions.add(Integer.valueOf(position));
  }

  /** Puts what the expressions are for each row into `rows`. By generated code, and by interpreted: how often they differ is the result. */
  private int evaluate(ArrayNode rows, ArrayList unsafe, ArrayList expressions, ArrayList names, ArrayList positions, ObjectNode answer) {
    UnsafeProjection project = UnsafeProjection$.MODULE$.create(seq(expressions));
    int differences = 0;
    for (int r = 0; r < unsafe.size(); r++) {
      UnsafeRow out = project.apply((InternalRow) unsafe.get(r));
      ObjectNode row = (ObjectNode) rows.get(r);
      for (int e = 0; e < expressions.size(); e++) {
        Expression expression = (Expression) expressions.get(e);
        String name = (String) names.get(e);
        boolean narrow = expression.dataType() instanceof IntegerType;
        String value = out.isNullAt(e) ? null : Long.toString(narrow ? (long) out.getInt(e) : out.getLong(e));
        int at = ((Integer) positions.get(e)).intValue();
        if (at < 0) {
          if (narrow) row.put(name, Integer.parseInt(value));
          else row.put(name, value);
        } else {
          ArrayNode list = (ArrayNode) row.get(name);
          if (list == null) { list = json.createArrayNode(); row.set(name, list); }
          while (list.size() < at) list.addNull();
          if (value == null) list.addNull();
          else if (narrow) list.add(Integer.parseInt(value));
          else list.add(value);
        }
        // Over UnsafeRows too, because interpreted SortPrefix rescales the Decimal of a generic row in place.
        Object slow = expression.eval((InternalRow) unsafe.get(r));
        if (slow == null ? value == null : slow.toString().equals(value)) continue;
        differences++;
        if (!answer.has("example")) answer.put("example", expression.toString() + " of row " + r + ": generated " + value + ", interpreted " + slow);
      }
    }
    return differences;
  }

  private static InternalRow row(StructType schema, JsonNode values) {
    StructField[] fields = schema.fields();
    Object[] out = new Object[fields.length];
    for (int i = 0; i < fields.length; i++) out[i] = value(fields[i].dataType(), values.get(i));
    return new GenericInternalRow(out);
  }

  private static Object value(DataType type, JsonNode node) {
    if (node.isNull()) return null;
    if (type instanceof BooleanType) return Boolean.valueOf(node.booleanValue());
    if (type instanceof ByteType) return Byte.valueOf(node.textValue());
    if (type instanceof ShortType) return Short.valueOf(node.textValue());
    if (type instanceof IntegerType || type instanceof DateType || type instanceof YearMonthIntervalType) return Integer.valueOf(node.textValue());
    if (type instanceof LongType || type instanceof TimestampType || type instanceof TimestampNTZType || type instanceof DayTimeIntervalType) return Long.valueOf(node.textValue());
    if (type instanceof FloatType) return Float.valueOf(Float.intBitsToFloat(Integer.parseUnsignedInt(node.textValue(), 16)));
    if (type instanceof DoubleType) return Double.valueOf(Double.longBitsToDouble(Long.parseUnsignedLong(node.textValue(), 16)));
    if (type instanceof DecimalType) {
      DecimalType d = (DecimalType) type;
      return Decimal$.MODULE$.apply(new BigDecimal(new BigInteger(node.textValue()), d.scale()), d.precision(), d.scale());
    }
    if (type instanceof StringType) return UTF8String.fromString(node.textValue());
    if (type instanceof BinaryType) return bytes(node.textValue());
    if (type instanceof CalendarIntervalType)
      return new CalendarInterval(Integer.parseInt(node.get(0).textValue()), Integer.parseInt(node.get(1).textValue()), Long.parseLong(node.get(2).textValue()));
    if (type instanceof StructType) return row((StructType) type, node);
    if (type instanceof ArrayType) {
      Object[] out = new Object[node.size()];
      for (int i = 0; i < out.length; i++) out[i] = value(((ArrayType) type).elementType(), node.get(i));
      return new GenericArrayData(out);
    }
    if (type instanceof MapType) {
      Object[] keys = new Object[node.size()];
      Object[] values = new Object[node.size()];
      for (int i = 0; i < keys.length; i++) {
        keys[i] = value(((MapType) type).keyType(), node.get(i).get(0));
        values[i] = value(((MapType) type).valueType(), node.get(i).get(1));
      }
      return new ArrayBasedMapData(new GenericArrayData(keys), new GenericArrayData(values));
    }
    throw new IllegalArgumentException("no values of type " + type);
  }

  /** The text form of a row's values, read through the accessors of Spark's row. */
  private ArrayNode text(StructType schema, InternalRow row) {
    StructField[] fields = schema.fields();
    ArrayNode out = json.createArrayNode();
    for (int i = 0; i < fields.length; i++) text(out, fields[i].dataType(), row, i);
    return out;
  }

  private ArrayNode texts(DataType element, ArrayData array) {
    ArrayNode out = json.createArrayNode();
    for (int i = 0; i < array.numElements(); i++) text(out, element, array, i);
    return out;
  }

  private void text(ArrayNode out, DataType type, SpecializedGetters from, int i) {
    if (from.isNullAt(i)) out.addNull();
    else if (type instanceof BooleanType) out.add(from.getBoolean(i));
    else if (type instanceof ByteType) out.add(Byte.toString(from.getByte(i)));
    else if (type instanceof ShortType) out.add(Short.toString(from.getShort(i)));
    else if (type instanceof IntegerType || type instanceof DateType || type instanceof YearMonthIntervalType) out.add(Integer.toString(from.getInt(i)));
    else if (type instanceof LongType || type instanceof TimestampType || type instanceof TimestampNTZType || type instanceof DayTimeIntervalType) out.add(Long.toString(from.getLong(i)));
    else if (type instanceof FloatType) out.add(String.format("%08x", new Object[] { Integer.valueOf(Float.floatToRawIntBits(from.getFloat(i))) }));
    else if (type instanceof DoubleType) out.add(String.format("%016x", new Object[] { Long.valueOf(Double.doubleToRawLongBits(from.getDouble(i))) }));
    else if (type instanceof DecimalType) out.add(from.getDecimal(i, ((DecimalType) type).precision(), ((DecimalType) type).scale()).toJavaBigDecimal().unscaledValue().toString());
    else if (type instanceof StringType) out.add(from.getUTF8String(i).toString());
    else if (type instanceof BinaryType) out.add(hex(from.getBinary(i)));
    else if (type instanceof CalendarIntervalType) {
      CalendarInterval interval = from.getInterval(i);
      ArrayNode parts = json.createArrayNode();
      parts.add(Integer.toString(interval.months));
      parts.add(Integer.toString(interval.days));
      parts.add(Long.toString(interval.microseconds));
      out.add(parts);
    } else if (type instanceof StructType) out.add(text((StructType) type, from.getStruct(i, ((StructType) type).length())));
    else if (type instanceof ArrayType) out.add(texts(((ArrayType) type).elementType(), from.getArray(i)));
    else if (type instanceof MapType) {
      ArrayNode keys = texts(((MapType) type).keyType(), from.getMap(i).keyArray());
      ArrayNode values = texts(((MapType) type).valueType(), from.getMap(i).valueArray());
      ArrayNode pairs = json.createArrayNode();
      for (int k = 0; k < keys.size(); k++) {
        ArrayNode pair = json.createArrayNode();
        pair.add(keys.get(k));
        pair.add(values.get(k));
        pairs.add(pair);
      }
      out.add(pairs);
    } else throw new IllegalArgumentException("no text of type " + type);
  }

  private static scala.collection.immutable.List seq(ArrayList items) {
    scala.collection.immutable.List list = scala.collection.immutable.List$.MODULE$.empty();
    for (int i = items.size() - 1; i >= 0; i--) list = list.$colon$colon(items.get(i));
    return list;
  }

  private static byte[] bytes(String hex) {
    byte[] out = new byte[hex.length() / 2];
    for (int i = 0; i < out.length; i++) out[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
    return out;
  }

  private static String hex(byte[] bytes) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < bytes.length; i++) {
      out.append(Character.forDigit((bytes[i] >> 4) & 15, 16));
      out.append(Character.forDigit(bytes[i] & 15, 16));
    }
    return out.toString();
  }
}
