// The code that docs/guide.md shows, compiled and run (tests/cli/readme.py holds the two together).
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "runtime/activity/registration.h"
#include "runtime/client/client.h"
#include "runtime/workflow/workflow.h"
#include "tests/catch.h"
#include "tests/runtime/client/one_script.h"

namespace groundhog::guide {
namespace {

using namespace std::chrono_literals;
using client::testing::ExpectEqual;
using client::testing::kQueue;
using client::testing::Play;
using workflow::ActivityHandle;
using workflow::ActivityOptions;
using workflow::AsCompleted;
using workflow::CancellationScope;
using workflow::Channel;
using workflow::ChildWorkflowHandle;
using workflow::ChildWorkflowOptions;
using workflow::Coro;
using workflow::CurrentHeader;
using workflow::ExecuteActivity;
using workflow::ExecuteChildWorkflow;
using workflow::FiberHandle;
using workflow::OnQuery;
using workflow::OnSignal;
using workflow::OnUpdate;
using workflow::Register;
using workflow::Result;
using workflow::Selector;
using workflow::Shielded;
using workflow::SignalChannel;
using workflow::Sleep;
using workflow::Spawn;
using workflow::StartTimer;
using workflow::TimerHandle;
using workflow::Try;
using workflow::WaitAll;
using workflow::WaitAny;
using workflow::WaitCondition;
using workflow::WithTimeout;

// ---- Names and values

struct Trip {
  std::string traveller;
  int days = 0;
};
GROUNDHOG_FIELDS(Trip, traveller, days)

constexpr WorkflowType<std::string(Trip)> kBookTrip{"BookTrip"};
constexpr ActivityType<std::string(Trip)> kBookFlight{"book_flight"};
constexpr ActivityType<std::string(Trip)> kBookHotel{"book_hotel"};
constexpr ActivityType<void(std::string)> kCancelBooking{"cancel_booking"};

// ---- A workflow

class BookTrip {
 public:
  Coro<std::string> Run(Trip trip) {
    const ActivityOptions options{.start_to_close_timeout = 10s,
                                  .retry_policy = {.maximum_attempts = 3}};
    const std::string flight = co_await ExecuteActivity(kBookFlight, trip, options);
    const std::string hotel = co_await ExecuteActivity(kBookHotel, trip, options);
    co_return flight + ", " + hotel;
  }
};

// ---- Activities

activity::Registrations TripActivities() {
  return {activity::Register(kBookFlight, [](Trip trip) { return "flight for " + trip.traveller; }),
          activity::Register(kBookHotel,
                             [](activity::Context& context, Trip trip) -> sim::Coro<std::string> {
                               context.Heartbeat(trip.days);
                               co_await context.Sleep(2s);
                               if (trip.days > 30) {
                                 throw history::ApplicationError("Full", "no room for so long",
                                                                 /*non_retryable=*/true);
                               }
                               co_return "hotel";
                             }),
          activity::Register(kCancelBooking, [](std::string) {})};
}

// ---- A worker and a client

worker::WorkerOptions TripWorker();

TEST_CASE("guide: a first workflow") {
  Play(TripWorker, [](client::Client& client) -> sim::Coro<void> {
    const client::StartOptions start{.id = "trip-1", .task_queue = kQueue};
    const Trip trip{.traveller = "Phil", .days = 3};
    const auto handle = co_await client.Start(kBookTrip, start, trip);
    const std::string booked = co_await handle.Result();
    CHECK(booked == "flight for Phil, hotel");
  });
}

// ---- A saga

class TripSaga {
 public:
  Coro<std::string> Run(Trip trip) {
    const ActivityOptions options{.start_to_close_timeout = 10s,
                                  .retry_policy = {.maximum_attempts = 3}};
    std::vector<std::string> booked;

    const Result<std::string> flight = co_await Try(ExecuteActivity(kBookFlight, trip, options));
    if (!flight.ok()) workflow::Fail(flight.failure());
    booked.push_back(*flight);

    const Result<std::string> hotel = co_await Try(ExecuteActivity(kBookHotel, trip, options));
    if (hotel.ok()) co_return *flight + ", " + *hotel;

    for (const std::string& booking : booked) {
      co_await Shielded(ExecuteActivity(kCancelBooking, booking, options));
    }
    workflow::Fail(hotel.failure());
  }
};
constexpr WorkflowType<std::string(Trip)> kTripSaga{"TripSaga"};

TEST_CASE("guide: a saga compensates") {
  Play(TripWorker, [](client::Client& client) -> sim::Coro<void> {
    const client::StartOptions start{.id = "trip-2", .task_queue = kQueue};
    const Trip trip{.traveller = "Phil", .days = 31};
    const auto handle = co_await client.Start(kTripSaga, start, trip);
    const client::Outcome outcome = co_await handle.TryResult();
    CHECK(history::ApplicationTypeOf(outcome.failure) == "Full");
  });
}

// ---- Signals, queries, updates

constexpr SignalType<std::string> kAddItem{"add_item"};
constexpr SignalType<> kCheckOut{"check_out"};
constexpr QueryType<int()> kCount{"count"};
constexpr UpdateType<int(std::string)> kRemoveItem{"remove_item"};
constexpr WorkflowType<std::string()> kCart{"Cart"};

class Cart {
 public:
  Cart() {
    OnSignal(kAddItem, [this](std::string item) { items_.push_back(std::move(item)); });
    OnSignal(kCheckOut, [this] { checked_out_ = true; });
    OnQuery(kCount, [this] { return static_cast<int>(items_.size()); });
    OnUpdate(
        kRemoveItem, [this](const std::string& item) { return Remove(item); },
        [](const std::string& item) {
          if (item.empty()) throw std::invalid_argument("which item?");
        });
  }

  Coro<std::string> Run() {
    const bool in_time = co_await WaitCondition([this] { return checked_out_; }, 24h);
    co_return in_time ? fmt::format("{} items", items_.size()) : "abandoned";
  }

 private:
  int Remove(const std::string& item) {
    std::erase(items_, item);
    return static_cast<int>(items_.size());
  }

  std::vector<std::string> items_;
  bool checked_out_ = false;
};

TEST_CASE("guide: signals, queries, updates") {
  Play(TripWorker, [](client::Client& client) -> sim::Coro<void> {
    const client::StartOptions start{.id = "cart-1", .task_queue = kQueue};
    const auto cart = co_await client.Start(kCart, start);
    co_await cart.Signal(kAddItem, std::string("tent"));
    co_await cart.Signal(kAddItem, std::string("map"));
    const int count = co_await cart.Query(kCount);
    const int left = co_await cart.Update(kRemoveItem, "map");
    co_await cart.Signal(kCheckOut);
    const std::string result = co_await cart.Result();
    CHECK(count == 2);
    CHECK(left == 1);
    CHECK(result == "1 items");
  });
}

// ---- Headers

constexpr ActivityType<std::string()> kCharge{"charge"};
constexpr WorkflowType<std::string()> kReport{"Report"};
constexpr SignalType<> kHurry{"hurry"};

class Report {
 public:
  Report() {
    OnSignal(kHurry, [this] { hurried_by_ = CurrentHeader().Get<std::string>("tenant"); });
  }
  Coro<std::string> Run() {
    co_await WaitCondition([this] { return hurried_by_.has_value(); });
    const ActivityOptions options{.start_to_close_timeout = 10s};
    const std::string charged = co_await ExecuteActivity(kCharge, options);
    co_return fmt::format("{}, hurried by {}", charged, *hurried_by_);
  }

 private:
  std::optional<std::string> hurried_by_;
};

class Cashier {
 public:
  sim::Coro<std::string> Charge(activity::Context& context) {
    co_return "charged to " + context.info().header.Get<std::string>("tenant").value_or("nobody");
  }
};

TEST_CASE("guide: headers") {
  const auto make_worker = [] {
    const auto cashier = std::make_shared<Cashier>();
    return worker::WorkerOptions{
        .task_queue = kQueue,
        .workflows = {Register<Report>(kReport)},
        .activities = {activity::Register(
            kCharge, [cashier](activity::Context& context) { return cashier->Charge(context); })},
        .propagated_headers = {"tenant", "trace"}};
  };
  Play(make_worker, [](client::Client& client) -> sim::Coro<void> {
    client.set_header({{"tenant", "acme"}});
    const client::StartOptions start{
        .id = "report-1", .task_queue = kQueue, .header = {{"trace", "t-1"}}};
    const auto report = co_await client.Start(kReport, start);
    co_await report.Signal(kHurry);
    ExpectEqual(co_await report.Result(), "charged to acme, hurried by acme");
  });
}

// ---- Several at once

constexpr ActivityType<int(std::string)> kAskPrice{"ask_price"};
constexpr WorkflowType<std::string(std::vector<std::string>)> kCompare{"Compare"};

class Compare {
 public:
  Coro<std::string> Run(std::vector<std::string> shops) {
    const ActivityOptions options{.start_to_close_timeout = 10s};
    std::vector<ActivityHandle<int>> asked;
    for (const std::string& shop : shops) {
      asked.push_back(ExecuteActivity(kAskPrice, shop, options));  // they run side by side
    }

    const std::vector<int> prices = co_await WaitAll(asked);

    std::string in_order;
    AsCompleted<ActivityHandle<int>> quotes(asked);
    while (quotes.HasNext()) {
      const std::size_t place = co_await quotes.NextPlace();
      in_order += fmt::format("{}:{} ", shops[place], prices[place]);
    }

    TimerHandle patience = StartTimer(1h);
    const std::size_t first = co_await WaitAny(asked.front(), patience);
    patience.Cancel();
    co_return in_order + (first == 0 ? "in time" : "late");
  }
};

TEST_CASE("guide: several at once") {
  Play(TripWorker, [](client::Client& client) -> sim::Coro<void> {
    const client::StartOptions start{.id = "compare-1", .task_queue = kQueue};
    const std::vector<std::string> shops{"north", "south"};
    const auto handle = co_await client.Start(kCompare, start, shops);
    const std::string result = co_await handle.Result();
    CHECK(result == "north:5 south:5 in time");
  });
}

// ---- Children

constexpr WorkflowType<std::string(std::vector<Trip>)> kParty{"Party"};

class Party {
 public:
  Coro<std::string> Run(std::vector<Trip> trips) {
    std::vector<ChildWorkflowHandle<std::string>> booking;
    for (const Trip& trip : trips) {
      const ChildWorkflowOptions options{.workflow_id = "trip-of-" + trip.traveller};
      booking.push_back(ExecuteChildWorkflow(kBookTrip, trip, options));
    }
    const std::vector<std::string> booked = co_await WaitAll(booking);
    co_return fmt::format("{}", fmt::join(booked, "; "));
  }
};

TEST_CASE("guide: children") {
  Play(TripWorker, [](client::Client& client) -> sim::Coro<void> {
    const client::StartOptions start{.id = "party-1", .task_queue = kQueue};
    const std::vector<Trip> trips{{"Phil", 1}, {"Rita", 2}};
    const auto handle = co_await client.Start(kParty, start, trips);
    const std::string result = co_await handle.Result();
    CHECK(result == "flight for Phil, hotel; flight for Rita, hotel");
  });
}

// ---- Cancellation scopes

constexpr WorkflowType<std::string(Trip)> kHurried{"Hurried"};

class Hurried {
 public:
  Coro<std::string> Run(Trip trip) {
    const CancellationScope scope;
    const FiberHandle hotel = scope.Spawn(Book(trip));

    const Result<std::string> flight = co_await Try(WithTimeout(5s, BookFlight(trip)));
    if (!flight.ok()) scope.Cancel();  // the hotel is given up as well

    const Result<void> booked = co_await Try(hotel);
    co_return flight.ok() && booked.ok() ? *flight + ", " + hotel_ : "stays at home";
  }

 private:
  Coro<std::string> BookFlight(Trip trip) {
    const ActivityOptions options{.start_to_close_timeout = 10s};
    co_return co_await ExecuteActivity(kBookFlight, trip, options);
  }
  Coro<void> Book(Trip trip) {
    const ActivityOptions options{.start_to_close_timeout = 10s};
    hotel_ = co_await ExecuteActivity(kBookHotel, trip, options);
  }
  std::string hotel_;
};

TEST_CASE("guide: cancellation scopes") {
  Play(TripWorker, [](client::Client& client) -> sim::Coro<void> {
    const client::StartOptions start{.id = "hurried-1", .task_queue = kQueue};
    const Trip trip{.traveller = "Phil", .days = 3};
    const auto handle = co_await client.Start(kHurried, start, trip);
    const std::string result = co_await handle.Result();
    CHECK(result == "flight for Phil, hotel");
  });
}

// ---- Selectors and channels

constexpr SignalType<int> kDeposit{"deposit"};
constexpr WorkflowType<int()> kPiggyBank{"PiggyBank"};

class PiggyBank {
 public:
  Coro<int> Run() {
    SignalChannel deposits(kDeposit);
    int sum = 0;
    Selector selector;
    selector.AddReceive(deposits.channel(), [&](std::optional<int> n) { sum += n.value_or(0); });
    const std::size_t full = selector.Add(StartTimer(24h));
    while (true) {
      const std::size_t served = co_await selector.Select();
      if (served == full || sum >= 10) break;
    }
    co_return sum;
  }
};

TEST_CASE("guide: a selector") {
  Play(TripWorker, [](client::Client& client) -> sim::Coro<void> {
    const client::StartOptions start{.id = "pig-1", .task_queue = kQueue};
    const auto pig = co_await client.Start(kPiggyBank, start);
    co_await pig.Signal(kDeposit, 4);
    co_await pig.Signal(kDeposit, 7);
    const int sum = co_await pig.Result();
    CHECK(sum == 11);
  });
}

constexpr WorkflowType<int(int)> kPipeline{"Pipeline"};

class Pipeline {
 public:
  Coro<int> Run(int count) {
    const FiberHandle producer = Spawn(Produce(count));
    int sum = 0;
    while (true) {
      const std::optional<int> next = co_await numbers_.Receive();
      if (!next.has_value()) break;
      sum += *next;
    }
    co_await producer;
    co_return sum;
  }

 private:
  Coro<void> Produce(int count) {
    for (int i = 1; i <= count; ++i) co_await numbers_.Send(i);
    numbers_.Close();
  }
  Channel<int> numbers_{2};
};

TEST_CASE("guide: a channel") {
  Play(TripWorker, [](client::Client& client) -> sim::Coro<void> {
    const client::StartOptions start{.id = "pipe-1", .task_queue = kQueue};
    const auto handle = co_await client.Start(kPipeline, start, 4);
    const int sum = co_await handle.Result();
    CHECK(sum == 10);
  });
}

// ---- Changing code, going on for ever

constexpr WorkflowType<int(int)> kCounter{"GuideCounter"};
constexpr SignalType<> kTick{"tick"};

class Counter {
 public:
  Counter() {
    OnSignal(kTick, [this] { ++ticks_; });
  }
  Coro<int> Run(int count) {
    co_await WaitCondition([this] { return ticks_ > 0; });
    const int step = workflow::Patched("count-by-two") ? 2 : 1;
    if (count < 4) workflow::ContinueAsNew(kCounter, count + step);
    co_return count;
  }

 private:
  int ticks_ = 0;
};

TEST_CASE("guide: patches and continue-as-new") {
  Play(TripWorker, [](client::Client& client) -> sim::Coro<void> {
    const client::StartOptions start{.id = "counter-1", .task_queue = kQueue};
    const auto handle = co_await client.Start(kCounter, start, 0);
    for (int i = 0; i < 3; ++i) {
      co_await handle.Signal(kTick);
      co_await client.Sleep(1s);
    }
    const int count = co_await handle.Result();
    CHECK(count == 4);
  });
}

worker::WorkerOptions TripWorker() {
  activity::Registrations activities = TripActivities();
  activities.push_back(activity::Register(
      kAskPrice, [](const std::string& shop) { return static_cast<int>(shop.size()); }));
  return {.task_queue = kQueue,
          .workflows = {Register<BookTrip>(kBookTrip), Register<TripSaga>(kTripSaga),
                        Register<Cart>(kCart), Register<Compare>(kCompare), Register<Party>(kParty),
                        Register<Hurried>(kHurried), Register<PiggyBank>(kPiggyBank),
                        Register<Pipeline>(kPipeline), Register<Counter>(kCounter)},
          .activities = std::move(activities)};
}

}  // namespace
}  // namespace groundhog::guide
