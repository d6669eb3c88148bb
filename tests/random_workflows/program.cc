#include "tests/random_workflows/program.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "world/world.h"

namespace groundhog::random_workflows {
namespace {

constexpr int kMostSteps = 4;
constexpr int kDeepest = 2;

int WaysOf(Op op) { return op == Op::kActivity || op == Op::kLocalActivity ? 8 : 6; }

bool HasBody(Op op) {
  switch (op) {
    case Op::kSpawn:
    case Op::kShielded:
    case Op::kScoped:
    case Op::kPiped:
    case Op::kLocked:
    case Op::kChild:
    case Op::kLeftChild:
    case Op::kCancelledChild:
    case Op::kSignalledChild:
    case Op::kCronChild:
      return true;
    default:  // NOLINT: all others are leaves
      return false;
  }
}

class Drawing {
 public:
  Drawing(World& world, const Surroundings& surroundings)
      : world_(world), surroundings_(surroundings) {}

  std::vector<Step> Steps(const std::string& name, const std::string& place, int depth,
                          bool locked) {
    std::vector<Step> steps;
    const int count = DrawHow(world_, name + "/steps", depth == 0 ? kMostSteps + 1 : 3);
    for (int i = 0; i < count; ++i) {
      const std::string here = fmt::format("{}/{}", name, i);
      Step step{.op = static_cast<Op>(world_.Input(here, OpNames())),
                .place = place.empty() ? std::to_string(i) : fmt::format("{}.{}", place, i)};
      if (!MayBe(step.op, locked)) continue;
      step.how = DrawHow(world_, here + "/how", WaysOf(step.op));
      if (HasBody(step.op) && depth < kDeepest) {
        step.body = Steps(here, step.place, depth + 1, locked || step.op == Op::kLocked);
      }
      steps.push_back(std::move(step));
    }
    return steps;
  }

 private:
  bool MayBe(Op op, bool locked) const {
    if (op == Op::kNothing) return false;
    if (op == Op::kLocked && locked) return false;  // it would wait for itself
    return op != Op::kBroken || surroundings_.is_redeployed;
  }

  World& world_;
  const Surroundings& surroundings_;
};

}  // namespace

const std::vector<std::string>& OpNames() {
  static const std::vector<std::string> kNames = {
#define X(Name) #Name,
      GROUNDHOG_RANDOM_OPS(X)
#undef X
  };
  return kNames;
}

int DrawHow(World& world, const std::string& name, int count) {
  static const std::vector<std::string> kNumbers = {"0", "1", "2", "3", "4", "5", "6", "7"};
  const std::vector<std::string> some(kNumbers.begin(), kNumbers.begin() + count);
  return static_cast<int>(world.Input(name, some));
}

Program DrawProgram(World& world, const std::string& name, const Surroundings& surroundings) {
  return {.steps = Drawing(world, surroundings).Steps(name, "", 0, false),
          .ends_on_cancel = DrawHow(world, name + "/ends_on_cancel", 2) == 1};
}

void to_json(nlohmann::json& json, const Step& step) {
  json = {OpNames()[static_cast<std::size_t>(step.op)], step.how, step.place, step.body};
}

void from_json(const nlohmann::json& json, Step& step) {
  const auto& names = OpNames();
  const auto found = std::find(names.begin(), names.end(), json.at(0).get<std::string>());
  step = {.op = static_cast<Op>(found - names.begin()),
          .how = json.at(1),
          .place = json.at(2),
          .body = json.at(3)};
}

void to_json(nlohmann::json& json, const Program& program) {
  json = {{"steps", program.steps},
          {"generation", program.generation},
          {"ends_on_cancel", program.ends_on_cancel}};
}

void from_json(const nlohmann::json& json, Program& program) {
  program = {.steps = json.at("steps"),
             .generation = json.at("generation"),
             .ends_on_cancel = json.at("ends_on_cancel")};
}

}  // namespace groundhog::random_workflows
