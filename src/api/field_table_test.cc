// What must hold for every table: each field says what it is, and what is printed reads back as the same.
#include "api/field_table.h"

#include <set>

#include "api/check_cases.h"

namespace weft::api {
namespace {

void visit(const FieldTable& table, std::set<const FieldTable*>& seen) {
  if (!seen.insert(&table).second) return;
  for (const Field& field : table.fields()) {
    if (field.nested != nullptr) visit(field.nested(), seen);
  }
}

std::set<const FieldTable*> all_tables() {
  std::set<const FieldTable*> seen;
  for (const Kind& kind : all_kinds()) visit(kind.fields(), seen);
  return seen;
}

TEST(EveryTable, DescribesEachFieldOnceInASentence) {
  for (const FieldTable* table : all_tables()) {
    std::set<std::string_view> names;
    EXPECT_TRUE(table->description().ends_with('.')) << table->name();
    for (const Field& field : table->fields()) {
      EXPECT_TRUE(names.insert(field.name).second) << table->name() << "." << field.name << " stands twice";
      EXPECT_FALSE(field.description.empty()) << table->name() << "." << field.name;
      EXPECT_TRUE(field.read || field.standing == Standing::kept || field.standing == Standing::unused)
          << table->name() << "." << field.name << " fills nothing";
    }
  }
}

// A value that passes for most fields of a shape; those with rules of their own are named.
Json sample(const Field& field);

Json sample_scalar(const Field& field, Shape shape) {
  static const std::map<std::string_view, Json> kOwn = {{"retryOn", "5xx,503"},
                                                        {"grpcStatus", "UNAVAILABLE"},
                                                        {"allowMethods", "GET"},
                                                        {"destinationSubnets", "10.0.0.0/8"},
                                                        {"tableSize", 7},
                                                        {"clusterIP", "None"},
                                                        {"status", 200},
                                                        {"redirectCode", 302},
                                                        {"hosts", "b.example"},
                                                        {"sniHosts", "b.example"},
                                                        {"exportTo", "."},
                                                        {"clusterIPs", "10.0.0.1"},
                                                        {"httpStatus", 503},
                                                        {"from", "r1"},
                                                        {"to", "r2"},
                                                        {"maxAge", "5s"},
                                                        {"gateways", "mesh"},
                                                        {"outlierDetectionHttpErrorCodes", 500}};
  const auto own = kOwn.find(field.name);
  if (own != kOwn.end()) return own->second;
  switch (shape) {
    case Shape::text:
      return field.choices.empty() ? Json("a") : Json(field.choices.back());
    case Shape::choice:
      return field.choices.back();
    case Shape::integer:
      return 5;
    case Shape::number:
      return 2.5;
    case Shape::boolean:
      return true;
    case Shape::duration:
      return "2s";
    case Shape::base64:
      return "YQ==";
    case Shape::port:
      return "web";
    case Shape::count:
      return "10%";
    default:
      return "?";
  }
}

Json sample_object(const FieldTable& table, const Field& only) {
  Json object = Json::object();
  for (const Field& field : table.fields()) {
    if (field.required || &field == &only) object[std::string(field.name)] = sample(field);
  }
  return object;
}

Json sample_of(const Field& field, Shape shape) {
  if (shape != Shape::object || field.nested == nullptr) return sample_scalar(field, shape);
  Json object = Json::object();
  for (const Field& inner : field.nested().fields()) {
    if (inner.required) object[std::string(inner.name)] = sample(inner);
  }
  return object;
}

Json sample(const Field& field) {
  if (field.shape == Shape::list) return Json::array({sample_of(field, field.element)});
  if (field.shape == Shape::map) return Json{{"k", sample_of(field, field.element)}};
  return sample_of(field, field.shape);
}

// Reads `written` with a table and writes it again.
template <class T>
Json echo(const Json& written, Dialect dialect) {
  Report report;
  report.dialect = dialect;
  const Node node = to_node(written);
  const T value = read_value<T>(Place(report, node));
  return T::fields().write(&value);
}

// Each field alone: what was read must be printed, and what was printed must read as the same.
template <class T>
void expect_echo(Dialect dialect) {
  const FieldTable& table = T::fields();
  for (const Field& field : table.fields()) {
    if (!field.write) continue;
    const Json once = echo<T>(sample_object(table, field), dialect);
    const bool present = once.contains(std::string(field.name));
    const bool bare = field.shape == Shape::object;  // an object of which nothing is set may be left out
    EXPECT_TRUE(present || bare) << table.name() << "." << field.name << " is not printed: " << once.dump();
    EXPECT_EQ(echo<T>(once, dialect), once) << table.name() << "." << field.name;
  }
}

TEST(EveryTable, PrintsWhatItReads) {
  using namespace istio;
  expect_echo<VirtualService>(Dialect::protobuf);
  expect_echo<HttpRoute>(Dialect::protobuf);
  expect_echo<HttpMatchRequest>(Dialect::protobuf);
  expect_echo<HttpRedirect>(Dialect::protobuf);
  expect_echo<HttpBody>(Dialect::protobuf);
  expect_echo<HttpRetry>(Dialect::protobuf);
  expect_echo<FaultDelay>(Dialect::protobuf);
  expect_echo<FaultAbort>(Dialect::protobuf);
  expect_echo<CorsPolicy>(Dialect::protobuf);
  expect_echo<TlsMatch>(Dialect::protobuf);
  expect_echo<TcpMatch>(Dialect::protobuf);
  expect_echo<DestinationRule>(Dialect::protobuf);
  expect_echo<TrafficPolicy>(Dialect::protobuf);
  expect_echo<LoadBalancer>(Dialect::protobuf);
  expect_echo<HashCookie>(Dialect::protobuf);
  expect_echo<LocalityLoadBalancer>(Dialect::protobuf);
  expect_echo<TcpPool>(Dialect::protobuf);
  expect_echo<HttpPool>(Dialect::protobuf);
  expect_echo<OutlierDetection>(Dialect::protobuf);
  expect_echo<ClientTls>(Dialect::protobuf);
  expect_echo<Tunnel>(Dialect::protobuf);
  expect_echo<RetryBudget>(Dialect::protobuf);
}

TEST(EveryTable, PrintsKubernetesKindsAsItReadsThem) {
  using namespace kubernetes;
  expect_echo<Metadata>(Dialect::kubernetes);
  expect_echo<Service>(Dialect::kubernetes);
  expect_echo<ServicePort>(Dialect::kubernetes);
  expect_echo<PodSpec>(Dialect::kubernetes);
  expect_echo<PodStatus>(Dialect::kubernetes);
  expect_echo<Container>(Dialect::kubernetes);
  expect_echo<Probe>(Dialect::kubernetes);
  expect_echo<SliceEndpoint>(Dialect::kubernetes);
  expect_echo<EndpointSlice>(Dialect::kubernetes);
  expect_echo<RollingUpdate>(Dialect::kubernetes);
  expect_echo<ConfigMap>(Dialect::kubernetes);
}

TEST(EffectiveBody, ReadsAsTheSameObject) {
  const CheckedAll all =
      check_path(std::string(WEFT_SOURCE_DIR) + "/src/api/testdata/seed.yaml", Strictness::strict, "default");
  for (const Resource& resource : all.resources) {
    const Json effective = effective_body(resource);
    const Checked again = check(effective, {});
    ASSERT_TRUE(again.resource.has_value()) << effective.dump(1) << render(again.findings);
    EXPECT_EQ(effective_body(*again.resource), effective);
  }
}

TEST(EffectiveBody, HasModernSpellingsAndDefaults) {
  const CheckedAll all =
      check_text(policy("    loadBalancer: {simple: LEAST_CONN}\n    circuitBreaker: {consecutiveErrors: 5}\n"));
  ASSERT_EQ(all.resources.size(), 1u);
  EXPECT_EQ(
      effective_body(all.resources[0])["spec"].dump(),
      R"({"host":"a","trafficPolicy":{"loadBalancer":{"simple":"LEAST_REQUEST"},"outlierDetection":{"consecutive5xxErrors":5}}})");
}

}  // namespace
}  // namespace weft::api
