// A world for the controllers' tests: objects written as YAML, taken in as if they came from a store.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "control/store/json_access.h"
#include "control/store/object_json.h"
#include "control/workloads/agenda.h"
#include "control/workloads/defaults.h"
#include "control/workloads/new_object.h"
#include "control/workloads/outcome.h"
#include "control/workloads/world.h"

namespace weft::control {

// Keeps a world and the moment at which decisions are made; applies writes as a store would.
class WorldFixture : public testing::Test {
 protected:
  // Puts an object (YAML, with its defaults filled in) into the world.
  Key add(const std::string& yaml) {
    const api::YamlFile file = api::parse_yaml(yaml, "test");
    EXPECT_EQ(file.documents.size(), 1u) << yaml;
    api::Json body = api::to_json(file.documents.at(0));
    const api::Kind* kind = api::find_kind(text_at(body, "apiVersion"), text_at(body, "kind"));
    EXPECT_NE(kind, nullptr) << yaml;
    if (member(body, "metadata", "uid") == nullptr)
      body["metadata"]["uid"] = "uid-" + text_at(body, "metadata", "name");
    fill_defaults(*kind, body);
    const Key key{type_of(*kind), text_at(body, "metadata", "namespace"), text_at(body, "metadata", "name")};
    put(key, encode(std::move(body)));
    return key;
  }

  void apply(const Outcome& outcome) {
    for (const Write& write : outcome.writes) {
      if (write.json.empty()) {
        world_.remove(write.key);
      } else {
        put(write.key, write.json);
      }
    }
  }

  // Changes the JSON of an object in place.
  template <class Change>
  void change(const Key& key, Change how) {
    api::Json body = world_.find(key)->resource.body;
    how(body);
    put(key, encode(std::move(body)));
  }

  api::Json body(const Key& key) const {
    const Known* known = world_.find(key);
    return known != nullptr ? known->resource.body : api::Json();
  }

  std::vector<Key> keys(std::string_view type, std::string_view space) const {
    std::vector<Key> found;
    world_.for_each(type, space, [&](const Known& known) { found.push_back(key_of(known.resource)); });
    return found;
  }

  Moment moment() { return {clock_.wall_now(), &random_}; }

  World world_;
  ManualClock clock_;
  Random random_{1};

 private:
  void put(const Key& key, std::string json) { world_.put({key, Revision(++revision_), std::move(json)}); }

  uint64_t revision_ = 0;
};

}  // namespace weft::control
