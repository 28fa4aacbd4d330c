// Micro benchmark of what a change of one pod costs, by hand (it is no part of the build):
//   clang++-19 -std=c++23 -O2 -Isrc src/network_policy/world_bench.cc
//   build/release/src/libweft_{network_policy,api,net,...}.a && ./a.out
// Prints microseconds from the change to the compiled policies of all pods that it means something to.
#include <algorithm>
#include <chrono>
#include <cstdio>

#include <fmt/format.h>

#include "network_policy/world.h"

namespace weft::network_policy {
namespace {

constexpr int kPods = 200;
constexpr int kRounds = 200;

api::Resource read(const api::Json& object) {
  return *api::check(object, {.strictness = api::Strictness::ignore}).resource;
}

api::Json labels(int app) {
  return {{"app", fmt::format("app-{}", app)}, {"version", "v1"}, {"team", "goods"}};
}

// Every second address, so that no two make one interval.
api::Resource pod(int number, int apps, int last_byte_offset = 0) {
  return read(
      {{"apiVersion", "v1"},
       {"kind", "Pod"},
       {"metadata",
        {{"name", fmt::format("pod-{}", number)}, {"namespace", "shop"}, {"labels", labels(number % apps)}}},
       {"spec", {{"containers", {{{"name", "a"}, {"image", "i"}}}}}},
       {"status", {{"podIP", fmt::format("10.244.{}.{}", number / 100, 2 + number % 100 * 2 + last_byte_offset)}}}});
}

api::Json selector(int app) {
  return {{"matchLabels", {{"app", fmt::format("app-{}", app)}}}};
}

api::Resource policy(const std::string& name, const api::Json& pods, const api::Json& from) {
  return read({{"apiVersion", "networking.k8s.io/v1"},
               {"kind", "NetworkPolicy"},
               {"metadata", {{"name", name}, {"namespace", "shop"}}},
               {"spec", {{"podSelector", pods}, {"ingress", {{{"from", {{{"podSelector", from}}}}}}}}}});
}

void measure(const char* name, World& world, int apps) {
  double best = 1e9;
  size_t compiled = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto changed = pod(7, apps, (round + 1) % 2);
    const auto begin = std::chrono::steady_clock::now();
    compiled = 0;
    world.put(changed);
    for (const auto& key : world.take_changed()) compiled += world.policy_of(key).ingress.has_value();
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
    best = std::min(best, took.count());
  }
  std::printf("%-44s %9.1f us, %zu pods compiled\n", name, best, compiled);
}

World world_of_pods(int apps) {
  World world;
  for (int i = 0; i < kPods; ++i) world.put(pod(i, apps));
  return world;
}

void run() {
  World open = world_of_pods(20);
  open.put(policy("same-namespace", api::Json::object(), api::Json::object()));
  measure("one policy, everybody may call everybody", open, 20);
  World chain = world_of_pods(20);
  for (int i = 0; i < 20; ++i) chain.put(policy(fmt::format("app-{}", i), selector(i), selector((i + 19) % 20)));
  measure("20 policies, each app calls the next", chain, 20);
  World many = world_of_pods(kPods);
  for (int i = 0; i < kPods; ++i) many.put(policy(fmt::format("app-{}", i), selector(i), selector((i + 199) % kPods)));
  measure("200 policies, each pod calls the next", many, kPods);
}

}  // namespace
}  // namespace weft::network_policy

int main() {
  weft::network_policy::run();
}
