// Permissions and principals of the wire: that each kind asks about the right thing, and that none is wider than it is
// meant because a part of it was passed over.
#include "decide/compile/access_condition.h"

#include <gtest/gtest.h>

#include "decide/compile/json_for_test.h"
#include "decide/routing/request_for_test.h"

namespace weft::decide {
namespace {

using envoy::config::rbac::v3::Permission;
using envoy::config::rbac::v3::Principal;

template <class Message>
Message from_json(const std::string& json) {
  Message message;
  EXPECT_TRUE(message.ParseFromString(bytes_of<Message>("{" + json + "}")));
  return message;
}

Result<AccessCondition> permission(const std::string& json) {
  return compile_permission(from_json<Permission>(json));
}
Result<AccessCondition> principal(const std::string& json) {
  return compile_principal(from_json<Principal>(json));
}

// An access of which every part is another one.
bool holds(const Result<AccessCondition>& condition) {
  EXPECT_TRUE(condition) << condition.error().detail;
  const TestRequest request = TestRequest("/a/b?c").header("x", "1");
  const RequestHead head = request.head();
  const auto ip = [](const char* text) { return *IpAddress::parse(text); };
  const Access access{.direct = ip("10.0.0.1"),
                      .remote = ip("10.0.0.2"),
                      .destination = {ip("10.0.0.3"), 8080},
                      .server_name = "a.test",
                      .request = &head};
  std::string scratch;
  return condition && condition->holds(access, scratch);
}

std::string is(const char* kind, int last_byte) {
  return "'" + std::string(kind) + "':{'addressPrefix':'10.0.0." + std::to_string(last_byte) + "','prefixLen':32}";
}

TEST(CompileAccessCondition, EveryKindOfAddressIsItsOwn) {
  for (int last_byte : {1, 2, 3}) {
    EXPECT_EQ(holds(principal(is("sourceIp", last_byte))), last_byte == 1);
    EXPECT_EQ(holds(principal(is("directRemoteIp", last_byte))), last_byte == 1);
    EXPECT_EQ(holds(principal(is("remoteIp", last_byte))), last_byte == 2);
    EXPECT_EQ(holds(permission(is("destinationIp", last_byte))), last_byte == 3);
  }
}

TEST(CompileAccessCondition, EveryKindOfPermissionAndPrincipalIsAskedOfWhatItNames) {
  for (const auto& [json, expected] : std::initializer_list<std::pair<const char*, bool>>{
           {"'any':true", true},
           {"'destinationPort':8080", true},
           {"'destinationPort':80", false},
           {"'destinationPortRange':{'start':8080,'end':8081}", true},
           {"'requestedServerName':{'exact':'a.test'}", true},
           {"'requestedServerName':{'exact':'A.test'}", false},
           {"'urlPath':{'path':{'exact':'/a/b'}}", true},
           {"'urlPath':{'path':{'suffix':'?c'}}", false},
           {"'header':{'name':'X','stringMatch':{'exact':'1'}}", true},
           {"'header':{'name':'x','invertMatch':true}", false},
           {"'header':{'name':':path','stringMatch':{'exact':'/a/b?c'}}", true},
           {"'header':{'name':':method','stringMatch':{'exact':'GET'}}", true},
           {"'notRule':{'any':true}", false},
           {"'notRule':{'notRule':{'any':true}}", true},
           {"'andRules':{'rules':[{'any':true},{'destinationPort':80}]}", false},
           {"'orRules':{'rules':[{'destinationPort':80},{'any':true}]}", true},
           {"'metadata':{'filter':'other','path':[{'key':'a'}],'value':{'presentMatch':true}}", false},
           {"'metadata':{'filter':'other','path':[{'key':'a'}],'value':{'presentMatch':true},'invert':true}", true},
       })
    EXPECT_EQ(holds(permission(json)), expected) << json;
  for (const auto& [json, expected] : std::initializer_list<std::pair<const char*, bool>>{
           {"'any':true", true},
           {"'authenticated':{}", false},  // the access has no peer
           {"'notId':{'authenticated':{'principalName':{'exact':'spiffe://a'}}}", true},
           {"'andIds':{'ids':[{'any':true},{'header':{'name':'x'}}]}", true},
           {"'orIds':{'ids':[{'header':{'name':'y'}},{'authenticated':{}}]}", false},
           {"'urlPath':{'path':{'prefix':'/a'}}", true},
       })
    EXPECT_EQ(holds(principal(json)), expected) << json;
}

TEST(CompileAccessCondition, RefusesWhatWouldHoldForSomethingElse) {
  const auto why_not = [](const Result<AccessCondition>& condition) {
    return condition ? "taken" : condition.error().detail;
  };
  const std::string unknown_text = "a string matcher of a kind that is not known";
  for (const auto& [json, words] : std::initializer_list<std::pair<const char*, std::string>>{
           {"'destinationPort':65536", "a range of ports"},
           {"'destinationPortRange':{'start':-1,'end':80}", "a range of ports"},
           {"'destinationPortRange':{'start':1,'end':65537}", "a range of ports"},
           {"'destinationPortRange':{}", "a range of ports"},
           {"'destinationIp':{'addressPrefix':'10.0.0.1','prefixLen':33}", "'10.0.0.1/33' is not an address range"},
           {"'requestedServerName':{}", unknown_text},
           {"'urlPath':{}", unknown_text},
           {"'header':{}", "a header condition without a name"},
           {"'header':{'name':'x','stringMatch':{}}", unknown_text},
           {"'uriTemplate':{}", "a path template of type ''"},
           {"'orRules':{}", "a set without conditions"},
           {"'notRule':{}", "a permission of a kind that is not known"},
           {"'andRules':{'rules':[{'any':true},{}]}", "a permission of a kind that is not known"},
       })
    EXPECT_EQ(why_not(permission(json)), words) << json;
  EXPECT_EQ(why_not(principal("'authenticated':{'principalName':{}}")), unknown_text);
  EXPECT_EQ(why_not(principal("'any':false")), "any: false");
  EXPECT_EQ(why_not(principal("'notId':{}")), "a principal of a kind that is not known");
  EXPECT_EQ(why_not(principal("'andIds':{}")), "a set without conditions");
}

Result<AccessCondition> path_template(const std::string& type, const std::string& value) {
  Permission wire;
  auto& config = *wire.mutable_uri_template()->mutable_typed_config();
  config.set_type_url("type.googleapis.com/" + type);
  config.set_value(value);
  return compile_permission(wire);
}

TEST(CompileAccessCondition, APathTemplateIsOfItsTypeAndOneThatThereCanBe) {
  const std::string type = "envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig";
  EXPECT_TRUE(holds(path_template(type, "\x0a\x04/a/*")));
  EXPECT_FALSE(holds(path_template(type, "\x0a\x02/*")));
  EXPECT_EQ(path_template("x.Other", "\x0a\x04/a/*").error().detail, "a path template of type 'x.Other'");
  EXPECT_EQ(path_template(type, "\x0a\x09/a").error().detail, "a path template of type '" + type + "'");
  EXPECT_EQ(path_template(type, "").error().detail, "path template '': does not begin with a slash");
}

}  // namespace
}  // namespace weft::decide
