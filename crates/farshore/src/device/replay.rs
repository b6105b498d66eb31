//! Replaying what was captured: the same dispatches, with other inputs and fresh outputs.

use smallvec::SmallVec;

use crate::device::capture::{Captured, Command, Part};
use crate::device::recorder::Bound;
use crate::device::{Buffer, Device};
use crate::error::Result;

/// Inputs and outputs of up to as many bytes are copied to and from the recording's own memory: that costs less than
/// binding other memory. Longer ones are read and written where they lie.
const COPIED: u64 = 256 << 10;

/// Captured dispatches, ready to be run again and again.
pub struct Replay {
    captured: Captured,
    /// Bind groups of the commands that reach nothing but memory which stays.
    groups: Vec<Option<wgpu::BindGroup>>,
    /// What is in each slot.
    contents: Vec<Content>,
    inputs: Vec<End>,
    outputs: Vec<End>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Fixed,
    Input(usize),
    Output(usize),
}

/// How an input or output is reached.
struct End {
    id: u64,
    nbytes: u64,
    copied: bool,
    /// None where no command reaches it.
    slot: Option<usize>,
}

/// A kernel of a replay, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayedKernel {
    /// The functions that it applies.
    pub name: String,
    /// What it reads, and how many bytes of it.
    pub reads: Vec<(Place, u64)>,
    /// What it writes, and how many bytes.
    pub writes: Vec<(Place, u64)>,
}

/// What memory a kernel of a replay reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// An input, by its number.
    Input(usize),
    /// An output, by its number.
    Output(usize),
    /// A buffer of the recording's own, by its number: several intermediate results use it by turns.
    Own(usize),
    /// An array that was there when the operations were recorded, by its number.
    Other(usize),
}

impl Replay {
    /// What was captured, given the buffers that stood for inputs and those that hold outputs.
    ///
    /// # Errors
    /// [`Error::Device`](crate::Error::Device) when bind groups cannot be made.
    pub fn new(captured: Captured, inputs: &[&Buffer], outputs: &[&Buffer]) -> Result<Self> {
        let slot = |id| captured.slots.iter().position(|slot| slot.raw.id == id);
        let end = |buffer: &&Buffer| {
            let (id, nbytes) = (buffer.raw.id, buffer.nbytes());
            End { id, nbytes, copied: nbytes <= COPIED, slot: slot(id) }
        };
        let [inputs, outputs] = [inputs, outputs].map(|ends| ends.iter().map(end).collect::<Vec<_>>());
        let mut contents = vec![Content::Fixed; captured.slots.len()];
        let mut brought = |ends: &[End], content: fn(usize) -> Content| {
            for (number, end) in ends.iter().enumerate() {
                if let (false, Some(slot)) = (end.copied, end.slot) {
                    contents[slot] = content(number);
                }
            }
        };
        brought(&inputs, Content::Input);
        brought(&outputs, Content::Output);
        let mut replay = Self { captured, groups: Vec::new(), contents, inputs, outputs };
        replay.groups = replay.fixed_groups()?;
        Ok(replay)
    }

    fn fixed_groups(&self) -> Result<Vec<Option<wgpu::BindGroup>>> {
        let device = &self.captured.device;
        let mut recorder = device.recorder();
        let group = |command: &Command| {
            let fixed = command.parts.iter().all(|part| self.contents[part.slot] == Content::Fixed);
            let bound = || self.bound(command, &[], &[]);
            fixed
                .then(|| {
                    recorder.bind_group(
                        device,
                        &command.pipeline,
                        (command.reads, command.blocks.len()),
                        &bound(),
                    )
                })
                .transpose()
        };
        self.captured.commands.iter().map(group).collect()
    }

    /// Gives the pool the memory that stood for what replays bring along. To be called once nothing else uses it.
    pub fn release(&self) {
        for (slot, content) in self.captured.slots.iter().zip(&self.contents) {
            if *content != Content::Fixed {
                self.captured.workspace.release(slot.raw.id);
            }
        }
        for end in self.inputs.iter().chain(&self.outputs).filter(|end| end.slot.is_none()) {
            self.captured.workspace.release(end.id);
        }
    }

    pub fn device(&self) -> &Device {
        &self.captured.device
    }

    /// Whether an input may begin at any word of its buffer; else it begins with it.
    pub fn copies(&self, input: usize) -> bool {
        self.inputs.get(input).is_some_and(|input| input.copied)
    }

    /// Records the dispatches. Of each input the buffer, and the byte at which it begins; gives the outputs' buffers.
    ///
    /// # Errors
    /// Out of memory, a lost device, [`Error::Mapped`](crate::Error::Mapped).
    pub fn run(&self, inputs: &[(&Buffer, u64)]) -> Result<Vec<Buffer>> {
        let Self { captured: Captured { device, slots, commands, .. }, .. } = self;
        let outputs = self
            .outputs
            .iter()
            .map(|output| Buffer::new(device, output.nbytes))
            .collect::<Result<Vec<_>>>()?;
        let mut recorder = loop {
            let recorder = device.recorder();
            let given = inputs.iter().map(|(buffer, _)| &buffer.holds);
            let held = given.chain(slots.iter().map(|slot| &slot.holds)).find(|holds| holds.any());
            let Some(held) = held.cloned() else { break recorder };
            drop(recorder);
            held.wait(device)?;
        };
        for (input, &(buffer, offset)) in self.inputs.iter().zip(inputs) {
            if let (true, Some(slot)) = (input.copied && input.nbytes > 0, input.slot) {
                let (from, to) = (&buffer.raw.wgpu, &slots[slot].raw.wgpu);
                let nbytes = input.nbytes.next_multiple_of(4);
                recorder.encode(device, |encoder| encoder.copy_buffer_to_buffer(from, offset, to, 0, nbytes));
            }
        }
        for (command, group) in commands.iter().zip(&self.groups) {
            let (reads, writes) = command.parts.split_at(command.reads);
            let useful = |parts: &[Part]| parts.iter().map(|part| part.useful).sum();
            let group = if let Some(fixed) = group {
                fixed.clone()
            } else {
                let bound = self.bound(command, inputs, &outputs);
                recorder.bind_group(
                    device,
                    &command.pipeline,
                    (command.reads, command.blocks.len()),
                    &bound,
                )?
            };
            recorder.issue(
                device,
                &command.pipeline,
                &group,
                &command.blocks,
                command.workgroups,
                (useful(reads), useful(writes)),
            )?;
        }
        for (output, buffer) in self.outputs.iter().zip(&outputs) {
            if let (true, Some(slot)) = (output.copied && output.nbytes > 0, output.slot) {
                let (from, to) = (&slots[slot].raw.wgpu, &buffer.raw.wgpu);
                let nbytes = output.nbytes.next_multiple_of(4);
                recorder.encode(device, |encoder| encoder.copy_buffer_to_buffer(from, 0, to, 0, nbytes));
            }
        }
        Ok(outputs)
    }

    fn bound<'a>(
        &'a self,
        command: &Command,
        inputs: &[(&'a Buffer, u64)],
        outputs: &'a [Buffer],
    ) -> SmallVec<[Bound<'a>; 8]> {
        let bound = |&Part { slot, offset, nbytes, .. }: &Part| {
            let raw = match self.contents[slot] {
                Content::Fixed => &self.captured.slots[slot].raw,
                Content::Input(number) => &inputs[number].0.raw,
                Content::Output(number) => &outputs[number].raw,
            };
            // Memory that is brought along may be a little shorter than what stood for it.
            Bound { raw, offset, nbytes: nbytes.min(raw.capacity() - offset) }
        };
        command.parts.iter().map(bound).collect()
    }

    /// Bytes of device memory that a replay needs: the recording's own, and its inputs and outputs.
    pub fn nbytes(&self) -> u64 {
        let ends = self.inputs.iter().chain(&self.outputs);
        self.captured.workspace.nbytes() + ends.map(|end| end.nbytes).sum::<u64>()
    }

    /// Bytes of the recording's own memory.
    pub fn own_nbytes(&self) -> u64 {
        self.captured.workspace.nbytes()
    }

    /// Its kernels, in their order.
    pub fn kernels(&self) -> Vec<ReplayedKernel> {
        let (mut own, mut others) = (Vec::new(), Vec::new());
        let mut number = |slot: usize| {
            let kind = if self.captured.slots[slot].own { &mut own } else { &mut others };
            kind.iter().position(|known| *known == slot).unwrap_or_else(|| {
                kind.push(slot);
                kind.len() - 1
            })
        };
        let mut place = |part: &Part| {
            let among = |ends: &[End]| ends.iter().position(|end| end.slot == Some(part.slot));
            let place = match (among(&self.inputs), among(&self.outputs)) {
                (_, Some(output)) => Place::Output(output),
                (Some(input), None) => Place::Input(input),
                (None, None) if self.captured.slots[part.slot].own => Place::Own(number(part.slot)),
                (None, None) => Place::Other(number(part.slot)),
            };
            (place, part.useful)
        };
        let mut kernel = |command: &Command| {
            let (reads, writes) = command.parts.split_at(command.reads);
            ReplayedKernel {
                name: command.pipeline.label.to_string(),
                reads: reads.iter().map(&mut place).collect(),
                writes: writes.iter().map(&mut place).collect(),
            }
        };
        self.captured.commands.iter().map(&mut kernel).collect()
    }
}
