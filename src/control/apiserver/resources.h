// Resources: the verbs on stored objects: get, list, create, update, patch, delete. One call, one commit.
#pragma once

#include <functional>

#include "control/apiserver/call.h"
#include "control/apiserver/draft.h"
#include "control/apiserver/presentation.h"
#include "control/apiserver/target.h"
#include "control/store/store.h"
#include "control/workloads/controllers.h"
#include "runtime/task.h"

namespace weft::control {

// What the API works on; all of it outlives the API. Control thread.
struct Domain {
  Store* store;
  Controllers* controllers;
  Random* random;
  const Clock* clock;

  Moment moment() const { return {clock->wall_now(), random}; }
};

// See the head of this file. Calls may interleave: between reading and writing nothing is held, the store's
// compare-and-swap finds lost races, and the call is tried again unless the client named a version.
class Resources {
 public:
  explicit Resources(Domain domain) : domain_(domain) {}

  Reply<Answer> get(const Call& call, const Target& target) const;
  Reply<Answer> list(const Call& call, const Target& target) const;
  runtime::Task<Reply<Answer>> create(const Call& call, const Target& target);
  runtime::Task<Reply<Answer>> update(const Call& call, const Target& target);
  runtime::Task<Reply<Answer>> patch(const Call& call, const Target& target);
  runtime::Task<Reply<Answer>> remove(const Call& call, const Target& target);
  runtime::Task<Reply<Answer>> remove_collection(const Call& call, const Target& target);

  // Replaces the number of replicas (the scale subresource).
  Reply<Answer> get_scale(const Target& target) const;
  runtime::Task<Reply<Answer>> change_scale(const Call& call, const Target& target);

 private:
  // Makes the next version from the present one.
  using Revise = std::function<Reply<Draft>(const Drafting&, const ObjectPtr&)>;

  Presentation presentation(const Call& call, const Target& target) const;
  Reply<ObjectPtr> find(const Target& target) const;
  Reply<Draft> draft(const Call& call, const Target& target, const Revise& revise) const;
  runtime::Task<Reply<Answer>> change(const Call& call, const Target& target, Revise revise);
  runtime::Task<Reply<>> commit(const Call& call, Batch batch);
  Answer show(const Call& call, const Target& target, const Draft& draft) const;

  Domain domain_;
};

}  // namespace weft::control
