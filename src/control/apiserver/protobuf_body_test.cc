#include "control/apiserver/protobuf_body.h"

#include <gtest/gtest.h>

namespace weft::control {
namespace {

using api::Json;

// Fields as protobuf writes them; small numbers only.
std::string bytes_field(int number, const std::string& content) {
  return std::string{static_cast<char>(number << 3 | 2), static_cast<char>(content.size())} + content;
}
std::string number_field(int number, int value) {
  return {static_cast<char>(number << 3), static_cast<char>(value)};
}
std::string entry(const std::string& key, const std::string& value) {
  return bytes_field(1, key) + bytes_field(2, value);
}
std::string envelope(const std::string& version, const std::string& kind, const std::string& raw) {
  return std::string("k8s\0", 4) + bytes_field(1, entry(version, kind)) + bytes_field(2, raw) + bytes_field(3, "") +
         bytes_field(4, "");
}
// kubectl writes every field of metadata that is no pointer, empty or not.
std::string metadata(const std::string& name) {
  return bytes_field(1, name) + bytes_field(2, "") + bytes_field(3, "") + bytes_field(4, "") + bytes_field(5, "") +
         bytes_field(6, "") + number_field(7, 0) + bytes_field(8, "");
}

TEST(ProtobufBody, ReadsASecret) {
  const auto body = read_protobuf_body(envelope(
      "v1", "Secret",
      bytes_field(1, metadata("a")) + bytes_field(2, entry("x", "y")) + bytes_field(3, "Opaque") + number_field(5, 1)));
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(*body, Json::parse(R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},
                                   "data":{"x":"eQ=="},"type":"Opaque","immutable":true})"));
}

TEST(ProtobufBody, ReadsAService) {
  const auto port = bytes_field(1, "http") + bytes_field(2, "TCP") + number_field(3, 80) +
                    bytes_field(4, number_field(1, 1) + number_field(2, 0) + bytes_field(3, "web")) +
                    number_field(5, 0);
  const auto spec =
      bytes_field(1, port) + bytes_field(2, entry("app", "web")) + bytes_field(3, "") + bytes_field(4, "ClusterIP");
  const auto body = read_protobuf_body(envelope(
      "v1", "Service", bytes_field(1, metadata("web")) + bytes_field(2, spec) + bytes_field(3, bytes_field(1, ""))));
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ((*body)["spec"], Json::parse(R"({"ports":[{"name":"http","protocol":"TCP","port":80,"targetPort":"web"}],
                                             "selector":{"app":"web"},"type":"ClusterIP"})"));
}

TEST(ProtobufBody, ReadsADeployment) {
  const auto container = bytes_field(1, "web") + bytes_field(2, "web:v1") + bytes_field(4, "") + bytes_field(8, "");
  const auto pod = bytes_field(1, bytes_field(11, entry("app", "web"))) + bytes_field(2, bytes_field(2, container));
  const auto spec = number_field(1, 1) + bytes_field(2, bytes_field(1, entry("app", "web"))) + bytes_field(3, pod) +
                    bytes_field(4, bytes_field(1, "")) + number_field(5, 0) + number_field(7, 0);
  const auto body =
      read_protobuf_body(envelope("apps/v1", "Deployment", bytes_field(1, metadata("web")) + bytes_field(2, spec)));
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ((*body)["spec"], Json::parse(R"({"replicas":1,"selector":{"matchLabels":{"app":"web"}},
                            "template":{"metadata":{"labels":{"app":"web"}},
                                        "spec":{"containers":[{"name":"web","image":"web:v1","args":[""]}]}}})"));
}

TEST(ProtobufBody, NamesWhatItCannotRead) {
  const auto kind = read_protobuf_body(envelope("batch/v1", "Job", ""));
  EXPECT_EQ(kind.error().code, 415);
  EXPECT_EQ(kind.error().message, "Job of batch/v1 is not read from protobuf; send it as JSON or YAML");
  const auto volume = bytes_field(2, bytes_field(1, "volume"));
  const auto field = read_protobuf_body(envelope("v1", "Pod", bytes_field(1, metadata("a")) + volume));
  EXPECT_EQ(field.error().code, 415);
  EXPECT_EQ(field.error().message,
            "field 1 of Pod.spec is not read from protobuf; send the object as JSON or YAML (kubectl apply -f)");
}

TEST(ProtobufBody, RefusesBrokenBytes) {
  const std::string whole = envelope("v1", "Secret", bytes_field(1, metadata("a")));
  for (const std::string& bytes :
       {std::string(), std::string("k8s"), std::string("{}"), whole.substr(0, whole.size() - 5),
        envelope("v1", "Secret", std::string(1, '\x0a')), envelope("v1", "Secret", number_field(1, 3)),
        envelope("v1", "Secret", std::string(11, '\xff')),
        envelope("v1", "Secret", std::string("\x05\x01\x02\x03\x04"))})
    EXPECT_EQ(read_protobuf_body(bytes).error().code, 400) << bytes.size();
}

TEST(ProtobufBody, TextsAreUtf8AndBytesAreAnything) {
  const auto secret = [](const std::string& key, const std::string& value) {
    return envelope("v1", "Secret", bytes_field(1, metadata("a")) + bytes_field(2, entry(key, value)));
  };
  const auto bytes = read_protobuf_body(secret("k", "\xFF\xFE"));
  ASSERT_TRUE(bytes);
  EXPECT_EQ((*bytes)["data"]["k"], "//4=");
  for (const std::string& broken :
       {secret("\xFF", "v"), envelope("v1", "Secret", bytes_field(1, metadata("\xC3"))), envelope("v1", "\xFF", ""),
        envelope("\xFF", "Secret", ""),
        envelope("v1", "ConfigMap", bytes_field(1, metadata("a")) + bytes_field(2, entry("k", "\xFF")))})
    EXPECT_EQ(read_protobuf_body(broken).error().code, 400);
}

}  // namespace
}  // namespace weft::control
