// IntrusiveList: a doubly linked list whose links live in its members, so that linking never allocates and a member can
// leave from its own destructor. Not thread-safe.
#pragma once

namespace weft::runtime {

// A place in a list of kind Tag; a member that is in several kinds of list derives from several Links. Leaves on
// destruction. Neither copied nor moved, since its neighbours point at it.
template <class Tag>
class Link {
 public:
  Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link() { unlink(); }

  bool is_linked() const { return next_ != this; }
  void unlink() {
    previous_->next_ = next_;
    next_->previous_ = previous_;
    previous_ = next_ = this;
  }

 private:
  template <class T, class ListTag>
  friend class IntrusiveList;
  Link* previous_ = this;
  Link* next_ = this;
};

// T derives from Link<Tag>. The list owns none of its members; it must be empty, or outlive them, when it goes.
template <class T, class Tag = T>
class IntrusiveList {
 public:
  bool empty() const { return !head_.is_linked(); }
  T& front() { return *static_cast<T*>(head_.next_); }
  void push_back(T& member) {
    Link<Tag>& link = member;
    link.unlink();
    link.previous_ = head_.previous_;
    link.next_ = &head_;
    head_.previous_->next_ = &link;
    head_.previous_ = &link;
  }
  T& pop_front() {
    T& member = front();
    static_cast<Link<Tag>&>(member).unlink();
    return member;
  }
  // The member is in this list.
  void erase(T& member) { static_cast<Link<Tag>&>(member).unlink(); }
  // Moves all members of `other` behind ours.
  void take(IntrusiveList& other) {
    while (!other.empty()) push_back(other.pop_front());
  }

 private:
  Link<Tag> head_;
};

}  // namespace weft::runtime
