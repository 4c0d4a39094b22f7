#!/usr/bin/env node
import { runCommandLine } from "./commandLine.js";

// The reader went away (`| head`): there is nobody left to print for.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

void runCommandLine(process.argv.slice(2));
