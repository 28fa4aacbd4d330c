#include "node/processes/environment.h"

#include <gtest/gtest.h>

namespace weft::node {
namespace {

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
  EXPECT_EQ(container_environment({}, container, pod.facts).error().detail, "env V14: a text is longer than 128 KiB");
}

TEST(ContainerEnvironment, lets_later_variables_use_earlier_ones) {
  Fixture pod;
  api::kubernetes::Container container;
  container.env = {
      EnvVar{.name = "NAME", .value_from = EnvSource{.field_ref = FieldReference{.field_path = "metadata.name"}}},
      EnvVar{.name = "URL", .value = "http://$(NAME):$(PORT)"}, EnvVar{.name = "PORT", .value = "80"}};
  const auto variables = container_environment({{"PORT", "1"}}, container, pod.facts);
  ASSERT_TRUE(variables);
  EXPECT_EQ(to_texts(*variables), (std::vector<std::string>{"NAME=api-0", "PORT=80", "URL=http://api-0:1"}));
}

TEST(ContainerEnvironment, names_the_variable_whose_source_it_cannot_read_unless_optional) {
  Fixture pod;
  api::kubernetes::Container container;
  container.env = {
      EnvVar{.name = "KEY", .value_from = EnvSource{.secret_key_ref = KeyReference{.name = "s", .key = "k"}}}};
  const auto variables = container_environment({}, container, pod.facts);
  ASSERT_FALSE(variables);
  EXPECT_EQ(variables.error().detail, "env KEY: local pods take values from fields of the Pod only");
  container.env[0].value_from->secret_key_ref->optional = true;
  EXPECT_EQ(container_environment({}, container, pod.facts)->at("KEY"), "");
}

}  // namespace
}  // namespace weft::node
