#include "node/processes/environment.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

using api::kubernetes::DataReference;
using api::kubernetes::EnvSource;
using api::kubernetes::EnvVar;
using api::kubernetes::FieldReference;
using api::kubernetes::KeyReference;

// A pod to ask fields of.
struct Fixture {
  api::Metadata metadata{
      .name = "api-0", .namespace_name = "shop", .uid = "u1", .labels = {{"app.kubernetes.io/name", "api"}}};
  api::kubernetes::PodSpec spec{.service_account_name = "robot"};
  PodFacts facts{&metadata, &spec, "10.244.0.7", "192.0.2.1", "here"};
};

TEST(FieldValue, knows_the_fields_that_kubernetes_offers) {
  Fixture pod;
  EXPECT_EQ(field_value(pod.facts, "metadata.name").value(), "api-0");
  EXPECT_EQ(field_value(pod.facts, "metadata.namespace").value(), "shop");
  EXPECT_EQ(field_value(pod.facts, "metadata.labels['app.kubernetes.io/name']").value(), "api");
  EXPECT_EQ(field_value(pod.facts, "metadata.labels['none']").value(), "");
  EXPECT_EQ(field_value(pod.facts, "status.podIP").value(), "10.244.0.7");
  EXPECT_EQ(field_value(pod.facts, "spec.nodeName").value(), "here");
  EXPECT_EQ(field_value(pod.facts, "spec.serviceAccountName").value(), "robot");
  EXPECT_FALSE(field_value(pod.facts, "metadata.labels"));
  EXPECT_FALSE(field_value(pod.facts, "spec.containers"));
}

TEST(FieldValue, is_no_subscript_without_a_key_between_its_quotes) {
  Fixture pod;
  pod.metadata.labels["]"] = "odd";
  for (const char* path : {"metadata.labels[']", "metadata.labels['", "metadata.labels[a]", "metadata.labels[]",
                           "metadata.labels['a'", "metadata.label['a']", ""}) {
    const auto value = field_value(pod.facts, path);
    ASSERT_FALSE(value) << path;
    EXPECT_EQ(value.error().detail, "fieldRef " + std::string(path) + " is no field that a variable can have");
  }
}

TEST(References, are_expanded_only_where_the_name_is_known) {
  const Variables known{{"A", "1"}};
  EXPECT_EQ(expand_references("x$(A)y$(B)z", known), "x1y$(B)z");
  EXPECT_EQ(expand_references("$$(A) $A $(A", known), "$(A) $A $(A");
  EXPECT_EQ(expand_references(")$(A))$()", known), ")1)$()");
  EXPECT_EQ(expand_references("$(A$(A))$$$(A)$", known), "$(A$(A))$1$");
  EXPECT_EQ(expand_references("", known), "");
}

// Each of these took time with the square of its length.
TEST(References, are_looked_for_once_in_a_long_text) {
  const std::string opened(100'000, '(');
  EXPECT_EQ(expand_references(opened, {}), opened);
  std::string dollars;
  for (int i = 0; i < 50'000; ++i) dollars += "$(";
  EXPECT_EQ(expand_references(dollars, {}), dollars);
}

TEST(References, make_no_text_that_no_process_can_be_given) {
  const Variables known{{"A", std::string(64 * 1024, 'a')}};
  EXPECT_EQ(expand_references("$(A)$(A)", known)->size(), 128u * 1024);
  for (const auto& text : {std::string("$(A)$(A)b"), std::string(128 * 1024 + 1, 'b')}) {
    const auto refused = expand_references(text, known);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, Reason::too_large);
    EXPECT_EQ(refused.error().detail, "a text is longer than 128 KiB");
  }
}

// A billion laughs: thirty variables on top of ten letters would have come to ten gigabytes.
TEST(ContainerEnvironment, does_not_double_for_ever) {
  Fixture pod;
  api::kubernetes::Container container;
  container.env = {EnvVar{.name = "V0", .value = "ten letter"}};
  for (int i = 1; i <= 30; ++i) {
    const auto before = "$(V" + std::to_string(i - 1) + ")";
    container.env.push_back(EnvVar{.name = "V" + std::to_string(i), .value = before + before});
  }
  EXPECT_EQ(container_environment({}, container, pod.facts, {}).error().detail,
            "env V14: a text is longer than 128 KiB");
}

TEST(ContainerEnvironment, lets_later_variables_use_earlier_ones) {
  Fixture pod;
  api::kubernetes::Container container;
  container.env = {
      EnvVar{.name = "NAME", .value_from = EnvSource{.field_ref = FieldReference{.field_path = "metadata.name"}}},
      EnvVar{.name = "URL", .value = "http://$(NAME):$(PORT)"}, EnvVar{.name = "PORT", .value = "80"}};
  const auto variables = container_environment({{"PORT", "1"}}, container, pod.facts, {});
  ASSERT_TRUE(variables);
  EXPECT_EQ(to_texts(*variables), (std::vector<std::string>{"NAME=api-0", "PORT=80", "URL=http://api-0:1"}));
}

using Kind = DataObject::Kind;

EnvVar from_config_map(const std::string& name, const std::string& key, bool optional = false) {
  return {.name = "FROM_MAP", .value_from = EnvSource{.config_map_key_ref = KeyReference{name, key, optional}}};
}
EnvVar from_secret(const std::string& name, const std::string& key, bool optional = false) {
  return {.name = "FROM_SECRET", .value_from = EnvSource{.secret_key_ref = KeyReference{name, key, optional}}};
}

class DataEnvironment : public testing::Test {
 protected:
  // Its variables as lines, or what is wrong.
  std::vector<std::string> environment() {
    const auto variables = container_environment({{"PATH", "/bin"}}, container_, pod_.facts, objects_);
    return variables ? to_texts(*variables) : std::vector{variables.error().detail};
  }

  Fixture pod_;
  api::kubernetes::Container container_;
  DataObjects objects_{{{Kind::config_map, "settings"}, {{"COLOUR", "blue"}, {"log.level", "debug"}, {"no name", "x"}}},
                       {{Kind::secret, "settings"}, {{"PASSWORD", "$(PATH)"}}}};
};

using Lines = std::vector<std::string>;

TEST_F(DataEnvironment, has_single_keys_of_config_maps_and_secrets) {
  container_.env = {from_config_map("settings", "COLOUR"), from_secret("settings", "PASSWORD")};
  EXPECT_EQ(environment(), (Lines{"FROM_MAP=blue", "FROM_SECRET=$(PATH)", "PATH=/bin"}))
      << "values are taken as they are";
}

TEST_F(DataEnvironment, may_refer_to_what_came_from_objects) {
  container_.env_from = {{.config_map_ref = DataReference{"settings"}}};
  container_.env = {EnvVar{.name = "WALL", .value = "$(COLOUR) wall"}};
  EXPECT_EQ(environment(), (Lines{"COLOUR=blue", "PATH=/bin", "WALL=blue wall", "log.level=debug"}));
}

TEST_F(DataEnvironment, has_all_keys_with_a_prefix_but_those_that_are_no_names) {
  container_.env_from = {{.prefix = "APP_", .config_map_ref = DataReference{"settings"}},
                         {.secret_ref = DataReference{"settings"}}};
  EXPECT_EQ(environment(), (Lines{"APP_COLOUR=blue", "APP_log.level=debug", "PASSWORD=$(PATH)", "PATH=/bin"}));
}

TEST_F(DataEnvironment, lets_later_objects_go_over_earlier_ones_and_env_over_all) {
  objects_[{Kind::config_map, "more"}] = {{"COLOUR", "red"}, {"PATH", "/usr/bin"}};
  container_.env_from = {{.config_map_ref = DataReference{"settings"}}, {.config_map_ref = DataReference{"more"}}};
  EXPECT_EQ(environment(), (Lines{"COLOUR=red", "PATH=/usr/bin", "log.level=debug"}));
  container_.env = {EnvVar{.name = "COLOUR", .value = "green"}};
  EXPECT_EQ(environment().front(), "COLOUR=green");
}

TEST_F(DataEnvironment, says_as_kubernetes_does_what_is_missing) {
  container_.env = {from_secret("vault", "k")};
  EXPECT_EQ(environment(), Lines{"env FROM_SECRET: secret \"vault\" not found"});
  container_.env = {from_config_map("settings", "SIZE")};
  EXPECT_EQ(environment(), Lines{"env FROM_MAP: couldn't find key SIZE in ConfigMap shop/settings"});
  container_.env = {from_secret("settings", "COLOUR")};
  EXPECT_EQ(environment(), Lines{"env FROM_SECRET: couldn't find key COLOUR in Secret shop/settings"});
  container_.env_from = {{.config_map_ref = DataReference{"vault"}}};
  EXPECT_EQ(environment(), Lines{"configmap \"vault\" not found"});
}

TEST_F(DataEnvironment, has_no_variable_for_what_may_be_missing) {
  container_.env_from = {{.config_map_ref = DataReference{"vault", true}}};
  container_.env = {from_secret("vault", "k", true), from_config_map("settings", "SIZE", true)};
  EXPECT_EQ(environment(), Lines{"PATH=/bin"});
}

TEST_F(DataEnvironment, refuses_values_that_no_process_can_be_given) {
  objects_[{Kind::secret, "settings"}] = {{"KEY", std::string("a\0b", 3)}};
  container_.env = {from_secret("settings", "KEY")};
  EXPECT_EQ(environment(), Lines{"env FROM_SECRET: its value holds a NUL byte"});
  objects_[{Kind::secret, "settings"}] = {{"KEY", std::string(128 * 1024, 'x')}};
  EXPECT_EQ(environment(), Lines{"env FROM_SECRET: a text is longer than 128 KiB"});
  container_.env.clear();
  container_.env_from = {{.secret_ref = DataReference{"settings"}}};
  EXPECT_EQ(environment(), Lines{"env KEY: a text is longer than 128 KiB"});
}

TEST_F(DataEnvironment, names_each_object_that_it_needs_once) {
  container_.env_from = {{.config_map_ref = DataReference{"settings"}}, {.secret_ref = DataReference{"settings"}}};
  container_.env = {from_config_map("settings", "a"), from_secret("vault", "k", true),
                    EnvVar{.name = "X", .value = "1"}};
  EXPECT_EQ(
      data_objects_of(container_),
      (std::vector<DataObject>{{Kind::config_map, "settings"}, {Kind::secret, "settings"}, {Kind::secret, "vault"}}));
}

TEST(DataObjectOfWeftd, is_read_as_its_kind_has_it) {
  const auto json = api::Json::parse(R"({"data":{"a":"aGVsbG8=","b":""}})");
  EXPECT_EQ(read_data_object(Kind::secret, json).value(), (DataMap{{"a", "hello"}, {"b", ""}}));
  EXPECT_EQ(read_data_object(Kind::config_map, json).value(), (DataMap{{"a", "aGVsbG8="}, {"b", ""}}));
  EXPECT_EQ(read_data_object(Kind::secret, api::Json::parse("{}")).value(), DataMap{});
  EXPECT_EQ(read_data_object(Kind::secret, api::Json::parse(R"({"data":null})")).value(), DataMap{});
  EXPECT_FALSE(read_data_object(Kind::secret, api::Json::parse(R"({"data":{"a":"???"}})")));
  EXPECT_FALSE(read_data_object(Kind::config_map, api::Json::parse(R"({"data":{"a":1}})")));
  EXPECT_FALSE(read_data_object(Kind::config_map, api::Json::parse(R"({"data":[]})")));
}

}  // namespace
}  // namespace weft::node
