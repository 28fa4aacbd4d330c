// Small values of the wire at the edges of what their types can hold: nothing that a control plane sends may overflow,
// wrap round into another value, or mean more than it says.
#include "decide/compile/wire_values.h"

#include <gtest/gtest.h>

#include "decide/compile/json_for_test.h"

namespace weft::decide {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

template <class Message>
Message from_json(const std::string& json) {
  Message message;
  EXPECT_TRUE(message.ParseFromString(bytes_of<Message>(json)));
  return message;
}

template <class Value>
std::string problem(const Result<Value>& read) {
  return read ? "none" : read.error().detail;
}

TEST(WireValues, DurationsStayBetweenNothingAndACentury) {
  constexpr seconds kCentury(int64_t{100} * 365 * 24 * 3600);
  struct Case {
    int64_t wire_seconds;
    int32_t wire_nanos;
    Duration expected;
  };
  for (const auto& [wire_seconds, wire_nanos, expected] : std::initializer_list<Case>{
           {0, 0, nanoseconds(0)},
           {0, 1, nanoseconds(1)},
           {2, 500'000'000, std::chrono::milliseconds(2500)},
           {-1, 0, nanoseconds(0)},
           {0, -1, nanoseconds(0)},
           {1, -1, nanoseconds(999'999'999)},
           {kCentury.count(), 0, kCentury},
           {kCentury.count(), 999'999'999, kCentury},
           {INT64_MAX, INT32_MAX, kCentury},
           {INT64_MIN, INT32_MIN, nanoseconds(0)},
           {-9'223'372'037, 0, nanoseconds(0)},  // the first whose nanoseconds do not fit
           {-20'000'000'000, 0, nanoseconds(0)},
       }) {
    google::protobuf::Duration wire;
    wire.set_seconds(wire_seconds);
    wire.set_nanos(wire_nanos);
    EXPECT_EQ(to_duration(wire), expected) << wire_seconds << "s " << wire_nanos << "ns";
  }
}

TEST(WireValues, FractionsAreOfTheirDenominator) {
  const auto fraction = [](uint32_t numerator, int denominator) {
    envoy::type::v3::FractionalPercent wire;
    wire.set_numerator(numerator);
    wire.set_denominator(static_cast<envoy::type::v3::FractionalPercent::DenominatorType>(denominator));
    return to_fraction(wire);
  };
  EXPECT_EQ(fraction(1, 0).denominator, 100u);
  EXPECT_EQ(fraction(1, 1).denominator, 10'000u);
  EXPECT_EQ(fraction(1, 2).denominator, 1'000'000u);
  EXPECT_FALSE(fraction(0, 0).includes(0));
  EXPECT_TRUE(fraction(100, 0).includes(UINT64_MAX));
  EXPECT_TRUE(fraction(UINT32_MAX, 2).includes(UINT64_MAX));
  EXPECT_FALSE(fraction(999'999, 2).includes(UINT64_MAX));
}

TEST(WireValues, AddressesAreIpAddressesOfTcp) {
  const auto read = [](const std::string& json) {
    const auto address = to_address(from_json<envoy::config::core::v3::Address>(json));
    return address ? address->to_string() : address.error().detail;
  };
  const std::string none = "an address must be a TCP socket address";
  EXPECT_EQ(read("{'socketAddress':{'address':'10.0.0.1','portValue':65535}}"), "10.0.0.1:65535");
  EXPECT_EQ(read("{'socketAddress':{'address':'::1','portValue':0}}"), "[::1]:0");
  EXPECT_EQ(read("{'socketAddress':{'address':'::ffff:10.0.0.1','portValue':1}}"), "10.0.0.1:1");
  EXPECT_EQ(read("{'socketAddress':{'address':'10.0.0.1','portValue':65536}}"), "port 65536 is over 65535");
  EXPECT_EQ(read("{'socketAddress':{'address':'','portValue':1}}"), "'' is not an IP address");
  EXPECT_EQ(read("{'socketAddress':{'address':'a.test','portValue':1}}"), "'a.test' is not an IP address");
  EXPECT_EQ(read("{'socketAddress':{'protocol':'UDP','address':'10.0.0.1','portValue':1}}"), none);
  EXPECT_EQ(read("{'pipe':{'path':'/x'}}"), none);
  EXPECT_EQ(read("{}"), none);
}

TEST(WireValues, RangesAreNoLongerThanTheirAddresses) {
  const auto read = [](const std::string& json) {
    return to_range(from_json<envoy::config::core::v3::CidrRange>("{" + json + "}"));
  };
  EXPECT_EQ(*read("'addressPrefix':'10.1.2.3','prefixLen':8"), *IpRange::parse("10.0.0.0/8"));
  EXPECT_EQ(*read("'addressPrefix':'10.1.2.3'"), *IpRange::parse("0.0.0.0/0"));  // unset is 0, as in Envoy
  EXPECT_EQ(*read("'addressPrefix':'fd00::1','prefixLen':128"), *IpRange::parse("fd00::1"));
  EXPECT_EQ(problem(read("'addressPrefix':'10.0.0.1','prefixLen':33")), "'10.0.0.1/33' is not an address range");
  EXPECT_EQ(problem(read("'addressPrefix':'::','prefixLen':4294967295")), "'::/4294967295' is not an address range");
  EXPECT_EQ(problem(read("'prefixLen':8")), "'/8' is not an address range");
}

TEST(WireValues, TextsAreComparedAsTheirMatcherSays) {
  using Wire = envoy::type::matcher::v3::StringMatcher;
  const auto matches = [](const std::string& json, const char* text) {
    return to_text_match(from_json<Wire>("{" + json + "}"))->matches(text);
  };
  EXPECT_TRUE(matches("'exact':''", ""));
  EXPECT_FALSE(matches("'exact':''", "a"));
  EXPECT_TRUE(matches("'exact':'aB','ignoreCase':true", "Ab"));
  EXPECT_FALSE(matches("'prefix':'ab','ignoreCase':true", "A"));
  EXPECT_TRUE(matches("'suffix':'Yz','ignoreCase':true", "xyZ"));
  EXPECT_TRUE(matches("'contains':'Y','ignoreCase':true", "xyz"));
  EXPECT_FALSE(matches("'safeRegex':{'regex':'a'},'ignoreCase':true", "A"));  // of expressions nothing is ignored
  EXPECT_FALSE(matches("'safeRegex':{'regex':'a'}", "ab"));                   // and they are about the whole
  EXPECT_EQ(problem(to_text_match(Wire())), "a string matcher of a kind that is not known");
  EXPECT_EQ(problem(to_text_match(from_json<Wire>("{'safeRegex':{'regex':'a('}}"))),
            "regular expression 'a(': missing ): a(");
}

TEST(WireValues, FieldsThatFrameAMessageAreNobodysToEdit) {
  EXPECT_EQ(*edited_name("X-Up"), "x-up");
  EXPECT_EQ(*edited_name(":authority"), "host");
  EXPECT_EQ(*edited_name("HOST"), "host");
  for (const std::string name : {"", ":path", ":method", ":status", "a b", "a:", "a\r\n", "a\"", "\xc3\xa4"})
    EXPECT_EQ(problem(edited_name(name)), "'" + name + "' is not a header name that can be edited");
  for (const std::string name :
       {"connection", "content-length", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"})
    EXPECT_EQ(problem(edited_name(name)), "header '" + name + "' frames the message and cannot be edited");
  EXPECT_EQ(problem(edited_name("Content-Length")), "header 'content-length' frames the message and cannot be edited");
}

// What append_edits() makes of one header to add, as "KIND name", or its refusal.
std::string edit_of(const std::string& json) {
  HeaderOptions add;
  *add.Add() = from_json<envoy::config::core::v3::HeaderValueOption>("{" + json + "}");
  HeaderEdits edits;
  const auto appended = append_edits(add, {}, edits);
  if (!appended) return appended.error().detail;
  constexpr const char* kKinds[] = {"set", "append", "add_if_absent", "set_if_present", "remove"};
  return std::string(kKinds[static_cast<size_t>(edits[0].kind)]) + (edits[0].keep_empty ? " keeping " : " ") +
         edits[0].name;
}

TEST(WireValues, EditsAreOfTheKindThatIsAskedFor) {
  const std::string header = "'header':{'key':'X','value':'v'}";
  EXPECT_EQ(edit_of(header), "append x");
  EXPECT_EQ(edit_of(header + ",'appendAction':'ADD_IF_ABSENT','keepEmptyValue':true"), "add_if_absent keeping x");
  EXPECT_EQ(edit_of(header + ",'appendAction':'OVERWRITE_IF_EXISTS_OR_ADD'"), "set x");
  EXPECT_EQ(edit_of(header + ",'appendAction':'OVERWRITE_IF_EXISTS'"), "set_if_present x");
  EXPECT_EQ(edit_of(header + ",'append':false"), "set x");
  EXPECT_EQ(edit_of(header + ",'append':true,'appendAction':'OVERWRITE_IF_EXISTS'"), "append x");
  EXPECT_EQ(edit_of("'header':{'value':'v'}"), "'' is not a header name that can be edited");
  EXPECT_EQ(edit_of(""), "'' is not a header name that can be edited");
  EXPECT_EQ(edit_of(R"('header':{'key':'x','value':'a\u0000b'})"),
            "the value for header 'x' holds a control character");
  EXPECT_EQ(edit_of(R"('header':{'key':'x','value':'a\tb'})"), "append x");
}

TEST(WireValues, TheHostCanBeSetButNotTakenAway) {
  HeaderEdits edits;
  HeaderNames remove;
  *remove.Add() = "Host";
  EXPECT_EQ(append_edits({}, remove, edits).error().detail, "header 'host' cannot be removed");
  EXPECT_EQ(edit_of("'header':{'key':':authority','value':'a'},'append':false"), "set host");
}

int line_of(const std::string& line) {
  return to_origin(from_json<envoy::config::core::v3::Metadata>("{'filterMetadata':{'weft':{'line':" + line + "}}}"))
      .line;
}

TEST(WireValues, ALineOfAFileIsANumberThatThereCanBe) {
  EXPECT_EQ(line_of("40"), 40);
  EXPECT_EQ(line_of("'40'"), 40);
  for (const char* none :
       {"-1", "1e300", "-1e300", "'99999999999999999999'", "'99999999999'", "'x'", "''", "null", "true", "4294967337"})
    EXPECT_EQ(line_of(none), 0) << none;
}

TEST(WireValues, OfMetadataOnlyWhatHasTheRightTypeIsRead) {
  const auto origin = to_origin(from_json<envoy::config::core::v3::Metadata>(
      "{'filterMetadata':{'weft':{'origin':7,'file':'f'},'istio':{'config':'/c'},'other':{'origin':'x'}}}"));
  EXPECT_EQ(origin.object, "");
  EXPECT_EQ(origin.file, "f");
  EXPECT_EQ(origin.istio_config, "/c");
  const auto labels = to_socket_labels(from_json<google::protobuf::Struct>("{'tlsMode':'istio','n':1,'b':true}"));
  EXPECT_EQ(labels, (SocketLabels{{"tlsMode", "istio"}}));
}

TEST(WireValues, AnAnyIsWhatItsTypeSaysAndParses) {
  google::protobuf::Any any;
  EXPECT_EQ(problem(unpack<google::protobuf::Duration>(any, "it")), "it is not a google.protobuf.Duration but ''");
  any.PackFrom(google::protobuf::StringValue());
  EXPECT_EQ(problem(unpack<google::protobuf::Duration>(any, "it")),
            "it is not a google.protobuf.Duration but 'google.protobuf.StringValue'");
  any.set_type_url("x.test/google.protobuf.Duration");
  any.set_value("\xff");
  EXPECT_FALSE(unpack<google::protobuf::Duration>(any, "it"));
  EXPECT_EQ(type_name(any), "google.protobuf.Duration");
  any.set_type_url("/");
  EXPECT_EQ(type_name(any), "");
}

}  // namespace
}  // namespace weft::decide
