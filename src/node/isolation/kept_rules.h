// KeptRules: rules in a pod's network that follow something that changes: made anew at every change, and applied where
// they differ.
#pragma once

#include <functional>
#include <string>

#include "node/sandbox/holder.h"
#include "runtime/gate.h"
#include "runtime/signal.h"

namespace weft::node {

// How to make one table's rules. `applied` is the text of what is there already.
struct RulesSource {
  std::string what;  // for the log: "service rules"
  std::function<std::string()> render;
  std::string applied;
};

// Puts the text of rules into force.
using PutRules = std::function<runtime::Task<Result<>>(std::string rules)>;
// In the network of a holder, which outlives it.
PutRules rules_of(runtime::Reactor& reactor, Holder& holder);

// One reactor. stop() before destruction.
class KeptRules {
 public:
  KeptRules(runtime::Reactor& reactor, PutRules put, RulesSource source);

  // Returns when the rules of this moment are in force.
  runtime::Task<Result<>> start();
  runtime::Task<void> stop();

  // They are applied within a moment, several changes at once.
  void on_change() { changed_.set(); }

 private:
  runtime::Task<Result<>> apply();
  runtime::Task<void> keep();

  runtime::Reactor* reactor_;
  PutRules put_;
  RulesSource source_;
  runtime::Gate gate_;
  runtime::Signal changed_;
  bool is_stopping_ = false;
};

}  // namespace weft::node
