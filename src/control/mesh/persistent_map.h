// PersistentMap: an ordered map whose versions share what they have in common. A copy is one pointer; put() and erase()
// rebuild only the path to the key (about log n nodes), and older copies stay as they were.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace weft::control::mesh {

// A treap: a search tree by key that is a heap by a hash of the key, so equal contents have equal shape whatever the
// order of the changes. Keys are strings. Copies may be read from any thread; one copy is changed by one thread.
template <class Value>
class PersistentMap {
 public:
  bool empty() const { return !root_; }
  size_t size() const { return size_; }

  // Null when there is no such key. Lives as long as this version of the map.
  const Value* find(std::string_view key) const {
    for (const Node* node = root_.get(); node;) {
      if (key == node->key) return &node->value;
      node = (key < node->key ? node->left : node->right).get();
    }
    return nullptr;
  }

  void put(std::string_view key, Value value) {
    auto [left, rest] = split(root_, key);
    auto [same, right] = split_after(rest, key);
    size_ += same ? 0 : 1;
    auto node = std::make_shared<const Node>(std::string(key), std::move(value), rank(key), nullptr, nullptr);
    root_ = join(join(left, node), right);
  }

  void erase(std::string_view key) {
    if (!find(key)) return;
    auto [left, rest] = split(root_, key);
    root_ = join(left, split_after(rest, key).second);
    --size_;
  }

  // Calls visit(key, value) in order of the keys.
  template <class Visit>
  void each(Visit&& visit) const {
    walk(root_.get(), visit);
  }

 private:
  struct Node;
  using NodePtr = std::shared_ptr<const Node>;
  // Immutable, and shared by every version of the map that has it: the subtrees are those of smaller and greater keys,
  // and no rank in them is above its own.
  struct Node {
    Node(std::string k, Value v, uint64_t r, NodePtr l, NodePtr right_side)
        : key(std::move(k)), value(std::move(v)), rank(r), left(std::move(l)), right(std::move(right_side)) {}
    std::string key;
    Value value;
    uint64_t rank;
    NodePtr left;
    NodePtr right;
  };

  // Spread further than std::hash promises, so that the tree stays balanced.
  static uint64_t rank(std::string_view key) { return std::hash<std::string_view>{}(key) * 0x9e3779b97f4a7c15; }
  static NodePtr with(const Node& node, NodePtr left, NodePtr right) {
    return std::make_shared<const Node>(node.key, node.value, node.rank, std::move(left), std::move(right));
  }

  // The keys before `key`, and the others.
  static std::pair<NodePtr, NodePtr> split(const NodePtr& tree, std::string_view key) {
    if (!tree) return {};
    if (tree->key < key) {
      auto [left, right] = split(tree->right, key);
      return {with(*tree, tree->left, left), right};
    }
    auto [left, right] = split(tree->left, key);
    return {left, with(*tree, right, tree->right)};
  }

  // The entry of `key` (or nothing), and the keys after it. `tree` has no key before it.
  static std::pair<NodePtr, NodePtr> split_after(const NodePtr& tree, std::string_view key) {
    if (!tree) return {};
    if (tree->key == key) return {tree, tree->right};
    auto [same, right] = split_after(tree->left, key);
    if (!same) return {nullptr, tree};
    return {same, with(*tree, right, tree->right)};
  }

  // Every key of `left` is before every key of `right`.
  static NodePtr join(const NodePtr& left, const NodePtr& right) {
    if (!left) return right;
    if (!right) return left;
    if (left->rank > right->rank) return with(*left, left->left, join(left->right, right));
    return with(*right, join(left, right->left), right->right);
  }

  template <class Visit>
  static void walk(const Node* node, Visit& visit) {
    if (!node) return;
    walk(node->left.get(), visit);
    visit(node->key, node->value);
    walk(node->right.get(), visit);
  }

  NodePtr root_;
  size_t size_ = 0;
};

}  // namespace weft::control::mesh
