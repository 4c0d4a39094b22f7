import { describe, expect, it } from "vitest";
import { createServerClock } from "../../../provider/dcs/clock.js";
import { clientOf, INSTANCE } from "./support/clients.js";
import { httpServer } from "./support/servers.js";

/** A local wall clock and monotonic clock to move, and a server that is ahead by `ahead`. */
function clocks(ahead: number) {
  const time = { mono: 5_000, wall: Date.UTC(2026, 10, 24, 10, 0, 0, 250) };
  const clock = createServerClock({ monotonic: () => time.mono, now: () => time.wall });
  const pass = (ms: number): void => {
    time.mono += ms;
    time.wall += ms;
  };
  /** An answer that the server writes after `there` ms, and that takes `back` ms. */
  const answer = (there: number, back: number): void => {
    const sentAt = time.mono;
    pass(there);
    const date = new Date(time.wall + ahead).toUTCString();
    pass(back);
    clock.observe(date, sentAt, time.mono);
  };
  return { time, clock, pass, answer };
}

describe("the server's clock", () => {
  it("is the local one before any answer", () => {
    const { clock, time } = clocks(0);
    expect(clock.offsetMs()).toBeUndefined();
    expect(clock.now()).toBe(time.wall);
  });

  it("is known to half a second and half a round trip after one answer", () => {
    const { clock, time, answer } = clocks(90_000);
    answer(40, 60);
    expect(Math.abs(clock.now() - (time.wall + 90_000))).toBeLessThanOrEqual(550);
    expect(Math.abs((clock.offsetMs() ?? 0) - 90_000)).toBeLessThanOrEqual(550);
  });

  it("is known ever better with answers at different moments of a second", () => {
    const { clock, pass, answer } = clocks(-7_300);
    for (let i = 0; i < 20; i++) {
      answer(5, 5);
      pass(470);
    }
    expect(Math.abs((clock.offsetMs() ?? 0) + 7_300)).toBeLessThanOrEqual(40);
  });

  it("does not jump with the local clock", () => {
    const { clock, time, answer, pass } = clocks(0);
    answer(5, 5);
    const before = clock.now();
    time.wall += 3_600_000;
    pass(1_000);
    expect(clock.now() - before).toBe(1_000);
    expect(Math.abs((clock.offsetMs() ?? 0) + 3_600_000)).toBeLessThanOrEqual(600);
  });

  it.each([600_000, -600_000])("follows the server when that is set by %i ms", (step) => {
    const { clock, time, answer } = clocks(0);
    answer(5, 5);
    clock.observe(new Date(time.wall + step).toUTCString(), time.mono - 10, time.mono);
    expect(Math.abs((clock.offsetMs() ?? 0) - step)).toBeLessThanOrEqual(600);
  });

  it.each([undefined, "", "yesterday"])("learns nothing from a Date header %j", (date) => {
    const { clock } = clocks(0);
    clock.observe(date, 0, 1);
    expect(clock.offsetMs()).toBeUndefined();
  });

  it("is learned by a client from every answer, errors too", async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    const { url } = await httpServer((_request, response) => response.writeHead(404, { date }).end());
    const { client } = clientOf(url);
    expect(client.clockOffsetMs()).toBeUndefined();
    await expect(client.showInstance(INSTANCE)).rejects.toMatchObject({ status: 404 });
    expect(Math.abs((client.clockOffsetMs() ?? 0) - 3_600_000)).toBeLessThan(2_500);
    expect(Math.abs(client.serverNow() - Date.parse(date))).toBeLessThan(2_500);
  });
});
